using System.Collections.Immutable;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>A query whose names and functions were checked; what a name means on a schema is decided there.</summary>
/// <param name="Items">What each row has; empty where whole rows or their number are asked for.</param>
/// <param name="CountName">Name of the one value of the one row that holds the number of rows; null for another selection.</param>
internal sealed record BoundQuery(
    bool IsOfRelationships, NameScope Scope, long? Top, ImmutableArray<BoundItem> Items, string? CountName, Expression? Where);

/// <summary>One member of each row.</summary>
internal sealed record BoundItem(PathExpression Path, string Name);
