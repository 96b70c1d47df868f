using System.Collections.Immutable;
using Gemel.Modeling;

namespace Gemel.Graph.Tests.Laws;

internal sealed record ReferenceTwin(TwinSchema Schema, uint Version, long LastUpdate, ImmutableDictionary<string, ReferenceCell> Cells)
{
    public ReferenceCell Cell(string path) => Cells.GetValueOrDefault(path, ReferenceCell.Empty);

    public ReferenceTwin With(string path, ReferenceCell cell) => this with { Cells = Cells.SetItem(path, cell) };

    /// <summary>The columns kept under another schema: same path, role and kind.</summary>
    public ReferenceTwin Under(TwinSchema schema, bool propertiesToo) => this with
    {
        Schema = schema,
        Cells = Cells.Where(c => Schema.FindPath(c.Key) is { } before && schema.FindPath(c.Key) is { } after
            && before.Kind == after.Kind && before.Role == after.Role && (propertiesToo || after.Role == ColumnRole.Telemetry)).ToImmutableDictionary(),
    };
}

internal sealed record ReferenceRelationship(string Source, string Id, string Target, uint Version);

/// <summary>The whole state by full copies: one immutable value per commit.</summary>
internal sealed record ReferencePlant(ImmutableSortedDictionary<string, ReferenceTwin> Twins, ImmutableSortedDictionary<string, ReferenceRelationship> Relationships)
{
    public static ReferencePlant Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, ReferenceTwin>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, ReferenceRelationship>(StringComparer.Ordinal));

    public bool IsRelated(string id) => Relationships.Values.Any(r => r.Source == id || r.Target == id);
}
