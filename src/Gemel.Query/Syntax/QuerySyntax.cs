using System.Collections.Immutable;

namespace Gemel.Query.Syntax;

/// <summary>A whole query. Immutable.</summary>
internal sealed record QuerySyntax(SelectSyntax Select, SourceSyntax Source, Expression? Where);

/// <param name="Top">Null where all rows are asked for.</param>
/// <param name="Items">Empty for <c>SELECT TOP(n) FROM</c>, which means the same as *.</param>
internal sealed record SelectSyntax(long? Top, ImmutableArray<SelectItem> Items);

internal abstract record SelectItem(TextSpan Span);

internal sealed record StarItem(TextSpan Span) : SelectItem(Span);

/// <param name="Name">Given by AS; null for COUNT.</param>
internal sealed record CountItem(string? Name, TextSpan Span) : SelectItem(Span);

/// <param name="Name">Given by AS; null for the path's last name.</param>
internal sealed record PathItem(PathExpression Path, string? Name, TextSpan Span) : SelectItem(Span);

/// <param name="Alias">Null where the collection has none.</param>
internal sealed record SourceSyntax(bool IsRelationships, string? Alias);
