using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gemel.Modeling;

/// <summary>All models of an instance at one commit. Immutable: a change returns a new set.</summary>
/// <remarks>Schemas of deleted models stay findable by their id, for twins, journal and history may still name them.</remarks>
public sealed partial class ModelSet
{
    public static ModelSet Empty { get; } = new(ImmutableSortedDictionary.Create<string, ModelEntry>(StringComparer.Ordinal), ImmutableDictionary<int, TwinSchema>.Empty, NextSchemaIdAtStart);

    private const int NextSchemaIdAtStart = 1;

    private readonly ImmutableSortedDictionary<string, ModelEntry> _models;
    private readonly ImmutableDictionary<int, TwinSchema> _schemas;

    private ModelSet(ImmutableSortedDictionary<string, ModelEntry> models, ImmutableDictionary<int, TwinSchema> schemas, int nextSchemaId)
    {
        _models = models;
        _schemas = schemas;
        NextSchemaId = nextSchemaId;
    }

    /// <summary>The id that the next compiled schema will get.</summary>
    public int NextSchemaId { get; }

    /// <summary>All models in ordinal order of their ids.</summary>
    public IEnumerable<ModelEntry> Models => _models.Values;

    public int Count => _models.Count;

    public bool TryGet(ModelId id, [MaybeNullWhen(false)] out ModelEntry model) => _models.TryGetValue(id.Value ?? "", out model);

    /// <summary>The schema of that number, of a present or of a deleted model.</summary>
    public bool TryGetSchema(int schemaId, [MaybeNullWhen(false)] out TwinSchema schema) => _schemas.TryGetValue(schemaId, out schema);
}
