using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>Deletes all relationships, then all twins, then all models: of each shard what is there when its turn comes. Devices and mappings stay.</summary>
internal sealed class DeletionRun(
    ShardSet shards, DurableClock durable, SnapshotPins pins, ITwinStore twins, IModelStore models, Func<ModelSet> present, JobProgress progress, Actor actor)
{
    private ImportSection _section;

    /// <exception cref="GemelException">The instance took no more changes.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await DeleteRelationshipsAsync(cancellationToken).ConfigureAwait(false);
        await DeleteTwinsAsync(cancellationToken).ConfigureAwait(false);
        await DeleteModelsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task DeleteRelationshipsAsync(CancellationToken cancellationToken)
    {
        _section = ImportSection.Relationships;
        await using WriteWindow window = new(OnDeleted);
        foreach (Shard shard in shards.All)
        {
            foreach (RelationshipRecord relationship in List<RelationshipRecord>(shard, (walk, found) => walk.ReadRelationships(found), cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await window.AddAsync(relationship.SourceId.Value, 0, 0, () =>
                    twins.DeleteRelationshipAsync(relationship.SourceId, relationship.Id, WriteCondition.None, actor, CancellationToken.None)).ConfigureAwait(false);
            }
        }
        await window.DrainAsync().ConfigureAwait(false);
    }

    private async Task DeleteTwinsAsync(CancellationToken cancellationToken)
    {
        _section = ImportSection.Twins;
        await using WriteWindow window = new(OnDeleted);
        foreach (Shard shard in shards.All)
        {
            foreach (TwinId id in List<TwinId>(shard, (walk, found) => walk.ReadIds(found), cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await window.AddAsync(id.Value, 0, 0, () => twins.DeleteAsync(id, WriteCondition.None, actor, CancellationToken.None)).ConfigureAwait(false);
            }
        }
        await window.DrainAsync().ConfigureAwait(false);
    }

    // Listed first: a commit that stays pinned while hours of deletions go on would keep every row that they change.
    private List<T> List<T>(Shard shard, Func<ShardWalk, List<T>, bool> read, CancellationToken cancellationToken)
    {
        (long commit, IDisposable pin) = pins.PinNewest(durable);
        using IDisposable pinned = pin;
        ShardWalk walk = new(shard, commit);
        List<T> all = [];
        while (read(walk, all))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
        return all;
    }

    /// <remarks>Last added first: a model that builds on another was added after it, or with it.</remarks>
    private async Task DeleteModelsAsync(CancellationToken cancellationToken)
    {
        foreach (ModelEntry model in present().Models.OrderByDescending(model => model.Schema.Id).ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Outcome<ModelId> deleted = await models.DeleteAsync(model.Id, actor, cancellationToken).ConfigureAwait(false);
            if (deleted.IsSuccess)
            {
                progress.Count(ImportSection.Models);
            }
            else
            {
                progress.Fail(deleted.Errors);
            }
        }
    }

    private void OnDeleted(WriteWindow.Written written)
    {
        if (written.Outcome.IsSuccess)
        {
            progress.Count(_section);
        }
        else
        {
            progress.Fail(written.Outcome.Errors);
        }
    }
}
