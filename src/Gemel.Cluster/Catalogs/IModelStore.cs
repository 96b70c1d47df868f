using System.Collections.Immutable;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>Changes the models of an instance. Reading goes through <see cref="Catalog.Models"/>.</summary>
public interface IModelStore
{
    /// <summary>Adds all documents or none.</summary>
    ValueTask<Outcome<ImmutableArray<ModelEntry>>> AddAsync(IReadOnlyList<ModelDocument> documents, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<ModelEntry>> DecommissionAsync(ModelId id, bool decommissioned, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<ModelId>> DeleteAsync(ModelId id, Actor actor, CancellationToken cancellationToken);
}
