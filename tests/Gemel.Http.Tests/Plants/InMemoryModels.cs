using System.Collections.Immutable;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Http.Tests;

/// <summary>Models in the catalog of an instance, changed at once.</summary>
internal sealed class InMemoryModels(InMemoryInstance instance) : IModelStore
{
    public ValueTask<Outcome<ImmutableArray<ModelEntry>>> AddAsync(IReadOnlyList<ModelDocument> documents, Actor actor, CancellationToken cancellationToken)
    {
        Outcome<ModelSetChange> change = instance.Catalog.Models.Add(documents, InMemoryTwins.Start);
        if (!change.TryGetValue(out ModelSetChange? changed))
        {
            return new(Outcome<ImmutableArray<ModelEntry>>.Failure(change.Errors));
        }
        instance.Catalog = instance.Catalog with { Models = changed.Models };
        return new(Outcome<ImmutableArray<ModelEntry>>.Success(changed.Added));
    }

    public ValueTask<Outcome<ModelEntry>> DecommissionAsync(ModelId id, bool decommissioned, Actor actor, CancellationToken cancellationToken)
    {
        Outcome<ModelSet> change = instance.Catalog.Models.Decommission(id, decommissioned);
        if (!change.TryGetValue(out ModelSet? models))
        {
            return new(Outcome<ModelEntry>.Failure(change.Errors));
        }
        instance.Catalog = instance.Catalog with { Models = models };
        models.TryGet(id, out ModelEntry? model);
        return new(Outcome<ModelEntry>.Success(model!));
    }

    public ValueTask<Outcome<ModelId>> DeleteAsync(ModelId id, Actor actor, CancellationToken cancellationToken)
    {
        Outcome<ModelSet> change = instance.Catalog.Models.Delete(id);
        if (!change.TryGetValue(out ModelSet? models))
        {
            return new(Outcome<ModelId>.Failure(change.Errors));
        }
        instance.Catalog = instance.Catalog with { Models = models };
        return new(Outcome<ModelId>.Success(id));
    }
}
