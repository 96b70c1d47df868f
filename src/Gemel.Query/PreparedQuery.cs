using System.Collections.Concurrent;
using Gemel.Modeling;
using Gemel.Query.Binding;
using Gemel.Query.Planning;

namespace Gemel.Query;

/// <summary>A query that was parsed and checked, and its plans: one per schema, made when the first table of it is met.</summary>
/// <remarks>Immutable to its users and safe to share between threads.</remarks>
public sealed class PreparedQuery
{
    private readonly ConcurrentDictionary<TwinSchema, TwinPlan> _plans = [];

    internal PreparedQuery(string text, BoundQuery bound, IReadOnlyList<GemelError> hints)
    {
        (Text, Bound, Hints) = (text, bound, hints);
        Access = AccessPlan.Of(bound);
        Relationships = bound.IsOfRelationships ? new RelationshipPlan(bound) : null;
    }

    public string Text { get; }

    /// <summary>What may be a slip although it is no error: names that no model defines.</summary>
    public IReadOnlyList<GemelError> Hints { get; }

    /// <summary>The condition demands ids, so only their twins or relationships are looked at.</summary>
    public bool IsLookUp => Access.Kind != AccessKind.Scan;

    internal BoundQuery Bound { get; }

    internal AccessPlan Access { get; }

    /// <summary>Null where the query is of twins.</summary>
    internal RelationshipPlan? Relationships { get; }

    internal TwinPlan PlanOf(TwinSchema schema) =>
        _plans.TryGetValue(schema, out TwinPlan? plan) ? plan : _plans.GetOrAdd(schema, static (s, bound) => new TwinPlan(bound, s), Bound);
}
