namespace Gemel.Modeling;

public sealed partial class ModelSet
{
    /// <summary>Makes a set again from what <see cref="Stored"/> gave.</summary>
    /// <param name="models">By ascending schema id.</param>
    /// <param name="nextSchemaId">As <see cref="NextSchemaId"/> was; never lower than the ids given.</param>
    /// <exception cref="GemelException">GMM099, a document cannot be read.</exception>
    public static ModelSet Restore(IEnumerable<StoredModel> models, int nextSchemaId)
    {
        ModelSet set = Empty.AddStored(models);
        return new ModelSet(set._models, set._kept, Math.Max(nextSchemaId, set.NextSchemaId));
    }

    /// <summary>Adds models of which document, schema id and time are fixed, without checking the rules again: the same
    /// schemas come out as at their upload, even if a later release judges documents more strictly.</summary>
    /// <param name="models">By ascending schema id, none of them in this set.</param>
    /// <exception cref="GemelException">GMM099, a document cannot be read.</exception>
    /// <remarks>A model depends on the newest model of the id it names that has a smaller schema id: at its upload that one
    /// was present, for dependencies are numbered first and cannot be deleted while they are used.</remarks>
    public ModelSet AddStored(IEnumerable<StoredModel> models)
    {
        var present = _models.ToBuilder();
        var kept = _kept.ToBuilder();
        Dictionary<string, StoredModel> newest = new(StringComparer.Ordinal);
        foreach (StoredModel earlier in Stored)
        {
            newest[_kept[earlier.SchemaId].Entry.Id.Value] = earlier;
        }
        int nextSchemaId = NextSchemaId;
        foreach (StoredModel stored in models)
        {
            Element model = ModelLoader.Reread(stored.SchemaId, stored.Document);
            ModelScope scope = new(id => newest.TryGetValue(id, out StoredModel? found) ? ModelLoader.Reread(found.SchemaId, found.Document) : null);
            scope.Add(model);
            TwinSchema schema = new SchemaCompiler(scope).Compile(model, stored.SchemaId);
            ModelEntry entry = ModelLoader.EntryOf(model, schema, stored.UploadTime) with { IsDecommissioned = stored.IsDecommissioned, Document = stored.Document };
            kept[stored.SchemaId] = new KeptModel(entry, stored.IsDeleted);
            newest[model.Id!] = stored;
            if (!stored.IsDeleted)
            {
                present[model.Id!] = entry;
            }
            nextSchemaId = Math.Max(nextSchemaId, stored.SchemaId + 1);
        }
        return new ModelSet(present.ToImmutable(), kept.ToImmutable(), nextSchemaId);
    }
}
