using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gemel.Modeling;

/// <summary>All models of an instance at one commit. Immutable: a change returns a new set.</summary>
/// <remarks>Schemas of deleted models stay findable by their id, for twins, journal and history may still name them.</remarks>
public sealed partial class ModelSet
{
    public static ModelSet Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, ModelEntry>(StringComparer.Ordinal), ImmutableSortedDictionary<int, KeptModel>.Empty, NextSchemaIdAtStart);

    private const int NextSchemaIdAtStart = 1;

    private readonly ImmutableSortedDictionary<string, ModelEntry> _models;

    // Invariant: holds every model that ever was, by schema id; a model's dependencies have smaller ids than its own.
    private readonly ImmutableSortedDictionary<int, KeptModel> _kept;

    private ModelSet(ImmutableSortedDictionary<string, ModelEntry> models, ImmutableSortedDictionary<int, KeptModel> kept, int nextSchemaId)
    {
        _models = models;
        _kept = kept;
        NextSchemaId = nextSchemaId;
    }

    /// <summary>The id that the next compiled schema will get.</summary>
    public int NextSchemaId { get; }

    /// <summary>All models in ordinal order of their ids.</summary>
    public IEnumerable<ModelEntry> Models => _models.Values;

    public int Count => _models.Count;

    /// <summary>Every model that ever was, deleted ones too, by ascending schema id: what <see cref="Restore"/> takes.</summary>
    public IEnumerable<StoredModel> Stored => _kept.Values.Select(k =>
        new StoredModel(k.Entry.Schema.Id, k.Entry.Document, k.Entry.UploadTime, k.Entry.IsDecommissioned, k.IsDeleted));

    public bool TryGet(ModelId id, [MaybeNullWhen(false)] out ModelEntry model) => _models.TryGetValue(id.Value ?? "", out model);

    /// <summary>The schema of that number, of a present or of a deleted model.</summary>
    public bool TryGetSchema(int schemaId, [MaybeNullWhen(false)] out TwinSchema schema)
    {
        schema = _kept.TryGetValue(schemaId, out KeptModel? kept) ? kept.Entry.Schema : null;
        return schema is not null;
    }

    /// <summary>The schema of the model, or the last one it had where it was deleted; null where it never was.</summary>
    public TwinSchema? FindLastSchema(ModelId id) =>
        TryGet(id, out ModelEntry? model) ? model.Schema : _kept.Values.LastOrDefault(kept => kept.Entry.Id == id)?.Entry.Schema;

    private sealed record KeptModel(ModelEntry Entry, bool IsDeleted);
}
