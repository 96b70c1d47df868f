using System.Collections.Immutable;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>What the first name of a path can mean: an alias, or else a property of the only collection.</summary>
/// <param name="Alias">Null where the collection has none.</param>
internal sealed record NameScope(string? Alias)
{
    /// <summary>The names after the alias; none where the path is the alias itself.</summary>
    public ImmutableArray<string> NamesOf(PathExpression path) => [.. path.Names.Skip(IsAlias(path.Names[0]) ? 1 : 0).Select(n => n.Text)];

    /// <summary>The path is the alias and nothing more.</summary>
    public bool IsWhole(PathExpression path) => path.Names.Length == 1 && IsAlias(path.Names[0]);

    private bool IsAlias(PathName name) => Alias is not null && name.Text == Alias;
}
