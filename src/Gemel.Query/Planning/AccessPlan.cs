using System.Collections.Immutable;
using Gemel.Query.Binding;
using Gemel.Query.Syntax;
using Gemel.Query.Values;

namespace Gemel.Query.Planning;

internal enum AccessKind
{
    /// <summary>All tables whose schema can have rows.</summary>
    Scan,
    /// <summary>Twins named by <c>$dtId</c>, or relationships by the source.</summary>
    ById,
    /// <summary>Relationships by their target.</summary>
    ByTarget,
}

/// <summary>How the rows are come by: all of them, or only those of the ids that the condition demands.</summary>
/// <param name="Ids">In ordinal order, each once.</param>
internal sealed record AccessPlan(AccessKind Kind, ImmutableArray<string> Ids)
{
    /// <summary>The shortest list of ids that the condition demands; the condition itself is tested on their rows all the same.</summary>
    public static AccessPlan Of(BoundQuery query)
    {
        AccessPlan best = new(AccessKind.Scan, []);
        foreach (Expression demand in Demands(query.Where))
        {
            if (Demanded(demand, query) is { } plan && (best.Kind == AccessKind.Scan || plan.Ids.Length < best.Ids.Length))
            {
                best = plan;
            }
        }
        return best;
    }

    /// <summary>The parts of a condition that must all be true.</summary>
    private static IEnumerable<Expression> Demands(Expression? where) => where switch
    {
        null => [],
        LogicalExpression { IsAnd: true } and => and.Operands.SelectMany(Demands),
        _ => [where],
    };

    private static AccessPlan? Demanded(Expression demand, BoundQuery query) => demand switch
    {
        ComparisonExpression { Operator: Comparison.Equal, Left: PathExpression path, Right: LiteralExpression value } => PlanOf(path, [value.Value], query),
        ComparisonExpression { Operator: Comparison.Equal, Left: LiteralExpression value, Right: PathExpression path } => PlanOf(path, [value.Value], query),
        InExpression { IsNegated: false, Operand: PathExpression path } within => PlanOf(path, within.Values, query),
        _ => null,
    };

    private static AccessPlan? PlanOf(PathExpression path, ImmutableArray<Literal> values, BoundQuery query)
    {
        AccessKind? kind = (query.IsOfRelationships, query.Scope.NamesOf(path)) switch
        {
            (false, [TwinNames.Id]) => AccessKind.ById,
            (true, [TwinNames.SourceId]) => AccessKind.ById,
            (true, [TwinNames.TargetId]) => AccessKind.ByTarget,
            _ => null,
        };
        return kind is null ? null
            : new AccessPlan(kind.Value, [.. values.Where(v => v.Kind == ScalarKind.Text).Select(v => v.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}
