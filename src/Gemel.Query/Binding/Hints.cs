using Gemel.Graph;
using Gemel.Modeling;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>Finds names that no model defines: most often a slip, and without a word the result would only be empty.</summary>
internal static class Hints
{
    /// <returns>In the order of the text, each name once.</returns>
    public static IReadOnlyList<GemelError> Find(BoundQuery query, string text, ModelSet models)
    {
        DiagnosticList hints = new(text);
        HashSet<string> seen = new(StringComparer.Ordinal);
        IEnumerable<PathExpression> paths = query.Items.Select(i => i.Path).Concat(PathsOf(query.Where));
        foreach (PathExpression path in paths)
        {
            PathName? name = FirstName(path, query.Scope);
            if (name is { } property && property.Text[..Math.Min(1, property.Text.Length)] != "$" && seen.Add(property.Text) && !IsDefined(property.Text, query, models))
            {
                hints.Add(property.Span, QueryErrors.UnknownProperty.With(property.Text, Suggestion(property.Text, query, models)));
            }
        }
        return hints.ToList();
    }

    private static PathName? FirstName(PathExpression path, NameScope scope)
    {
        int skipped = path.Names.Length - scope.NamesOf(path).Length;
        return skipped < path.Names.Length ? path.Names[skipped] : null;
    }

    private static string Suggestion(string name, BoundQuery query, ModelSet models)
    {
        if (!query.IsOfRelationships && models.Models.Any(m => m.Schema.FindPath(name) is { Role: ColumnRole.Telemetry }))
        {
            return $"It is telemetry, whose last value is {TwinNames.Telemetry}.{name}.";
        }
        IEnumerable<string> known = models.Models.SelectMany(m => NamesOf(m.Schema, query.IsOfRelationships)).Distinct(StringComparer.Ordinal);
        return NearestName.Find(name, query.Scope.Alias is { } alias ? known.Append(alias) : known) is { } nearest ? $"The nearest is '{nearest}'." : "";
    }

    private static bool IsDefined(string name, BoundQuery query, ModelSet models) => models.Models.Any(m => query.IsOfRelationships
        ? m.Schema.Relationships.Any(r => r.FindProperty(name) is not null)
        : m.Schema.FindPath(name) is { Role: ColumnRole.Property } || m.Schema.FindComponent(name) is not null);

    private static IEnumerable<string> NamesOf(TwinSchema schema, bool ofRelationships) => ofRelationships
        ? schema.Relationships.SelectMany(r => r.Properties.Select(p => p.Name))
        : schema.Columns.Where(c => c.Component is null && c.Role == ColumnRole.Property).Select(c => c.Name).Concat(schema.Components.Select(c => c.Name));

    private static IEnumerable<PathExpression> PathsOf(Expression? expression) => expression switch
    {
        PathExpression path => [path],
        NotExpression not => PathsOf(not.Operand),
        LogicalExpression logical => logical.Operands.SelectMany(PathsOf),
        ComparisonExpression comparison => PathsOf(comparison.Left).Concat(PathsOf(comparison.Right)),
        InExpression within => PathsOf(within.Operand),
        CallExpression { Name: var name } call when !string.Equals(name, "IS_OF_MODEL", StringComparison.OrdinalIgnoreCase) => call.Arguments.SelectMany(PathsOf),
        _ => [],
    };
}
