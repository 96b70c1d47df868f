using System.Collections.Immutable;

namespace Gemel.Modeling;

public sealed partial class ModelSet
{
    /// <summary>Adds the interfaces of all documents, or none of them.</summary>
    /// <param name="documents">In any order; they may refer to each other and to stored models.</param>
    /// <param name="uploadTime">Kept as the models' upload time.</param>
    /// <returns>The new set, or every error found with document, line and column.</returns>
    /// <remarks>Deterministic: the same documents added to the same set give the same schemas with the same ids.</remarks>
    public Outcome<ModelSetChange> Add(IReadOnlyList<ModelDocument> documents, Timestamp uploadTime)
    {
        ErrorList errors = new();
        ModelScope scope = new(ReadPresent);
        ModelLoader.Load(documents, scope, errors, UnknownExtensions.Tolerated);
        foreach (Element model in scope.New.Where(m => m.Id is not null && _models.ContainsKey(m.Id)))
        {
            errors.Add(model.Node.Find("@id")!, ModelingErrors.ModelAlreadyExists.With(model.Id));
        }
        if (errors.IsEmpty && scope.New.Count == 0)
        {
            errors.Add(ModelingErrors.NoModels.With());
        }
        return errors.IsEmpty ? Adding(scope, uploadTime) : Outcome<ModelSetChange>.Failure(errors.ToList());
    }

    /// <summary>Takes a model out of service (no new twins), or puts it back.</summary>
    public Outcome<ModelSet> Decommission(ModelId id, bool isDecommissioned)
    {
        if (!TryGet(id, out ModelEntry? model))
        {
            return ModelingErrors.ModelNotFound.With(id.Value);
        }
        if (isDecommissioned && UsersOf(id).FirstOrDefault(u => !u.IsDecommissioned) is { } user)
        {
            return ModelingErrors.ReferencesNotDecommissioned.With(id.Value, user.Id.Value);
        }
        ModelEntry changed = model with { IsDecommissioned = isDecommissioned };
        return new ModelSet(_models.SetItem(id.Value, changed), _kept.SetItem(model.Schema.Id, new KeptModel(changed, IsDeleted: false)), NextSchemaId);
    }

    /// <summary>Removes a model that no other extends or uses as component; its schema stays findable by number.</summary>
    public Outcome<ModelSet> Delete(ModelId id)
    {
        if (!TryGet(id, out ModelEntry? model))
        {
            return ModelingErrors.ModelNotFound.With(id.Value);
        }
        if (UsersOf(id).FirstOrDefault() is { } user)
        {
            return ModelingErrors.ReferencesNotDeleted.With(id.Value, user.Id.Value);
        }
        return new ModelSet(_models.Remove(id.Value), _kept.SetItem(model.Schema.Id, new KeptModel(model, IsDeleted: true)), NextSchemaId);
    }

    /// <summary>The models and all they extend or use as component, directly or not, in ordinal order; ids that are not there
    /// are left out.</summary>
    public IEnumerable<ModelEntry> DependenciesOf(IEnumerable<ModelId> ids)
    {
        SortedDictionary<string, ModelEntry> found = new(StringComparer.Ordinal);
        Stack<ModelId> open = new(ids);
        while (open.TryPop(out ModelId id))
        {
            if (TryGet(id, out ModelEntry? model) && found.TryAdd(id.Value, model))
            {
                foreach (ModelId next in model.Extends.Concat(model.ComponentModels))
                {
                    open.Push(next);
                }
            }
        }
        return found.Values;
    }

    private IEnumerable<ModelEntry> UsersOf(ModelId id) => _models.Values.Where(m => m.Extends.Contains(id) || m.ComponentModels.Contains(id));

    private Element? ReadPresent(string id) =>
        _models.TryGetValue(id, out ModelEntry? model) ? ModelLoader.Reread(model.Schema.Id, model.Document) : null;

    private ModelSetChange Adding(ModelScope scope, Timestamp uploadTime)
    {
        var models = _models.ToBuilder();
        var kept = _kept.ToBuilder();
        SchemaCompiler compiler = new(scope);
        int schemaId = NextSchemaId;
        foreach (Element model in ModelLoader.DependenciesFirst(scope))
        {
            ModelEntry entry = ModelLoader.EntryOf(model, compiler.Compile(model, schemaId++), uploadTime);
            models.Add(model.Id!, entry);
            kept.Add(entry.Schema.Id, new KeptModel(entry, IsDeleted: false));
        }
        ImmutableArray<ModelEntry> added = [.. scope.New.Select(m => models[m.Id!])];
        return new ModelSetChange(new ModelSet(models.ToImmutable(), kept.ToImmutable(), schemaId), added);
    }
}
