using System.Collections.Immutable;
using Gemel.Cluster.Wire;
using Gemel.Graph;
using Gemel.Modeling;
using Gemel.Security;

namespace Gemel.Cluster;

/// <summary>Decides changes of models, devices and mappings, and waits until they are durable.</summary>
internal sealed class CatalogService(CatalogOwner owner, Committer committer, TimeProvider clock) : IModelStore, IDeviceRegistry
{
    private readonly SemaphoreSlim _uploads = new(1);

    /// <remarks>Models are compiled outside the catalog's gate, which the committer needs for every commit. Where the models changed
    /// meanwhile (a model deleted, a commit rolled back) that is done again, on the new ones.</remarks>
    public async ValueTask<Outcome<ImmutableArray<ModelEntry>>> AddAsync(
        IReadOnlyList<ModelDocument> documents, Actor actor, CancellationToken cancellationToken)
    {
        // One upload after the other: they would only make each other begin again.
        await _uploads.WaitAsync(cancellationToken).ConfigureAwait(false);
        Decided<ImmutableArray<ModelEntry>>? decided;
        try
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                committer.ThrowIfReadOnly();
                ModelSet present = owner.Newest.Models;
                Outcome<CatalogDecision<ImmutableArray<ModelEntry>>> added = Add(documents, present);
                decided = TryDecide(catalog => ReferenceEquals(catalog.Models, present), _ => added, actor);
            }
            while (decided is null);
        }
        finally
        {
            _uploads.Release();
        }
        return await DurableAsync(decided, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<Outcome<ModelEntry>> DecommissionAsync(ModelId id, bool decommissioned, Actor actor, CancellationToken cancellationToken)
    {
        return ChangeAsync(catalog =>
        {
            Outcome<ModelSet> changed = catalog.Models.Decommission(id, decommissioned);
            return changed.TryGetValue(out ModelSet? models) && models.TryGet(id, out ModelEntry? model)
                ? new CatalogDecision<ModelEntry>(model, new CatalogChange { ModelDecommissioned = new() { Id = id.Value, Decommissioned = decommissioned } }) { Models = models }
                : Outcome<CatalogDecision<ModelEntry>>.Failure(changed.Errors);
        }, actor, cancellationToken);
    }

    public ValueTask<Outcome<ModelId>> DeleteAsync(ModelId id, Actor actor, CancellationToken cancellationToken)
    {
        return ChangeAsync(catalog =>
        {
            Outcome<ModelSet> changed = catalog.Models.Delete(id);
            return changed.TryGetValue(out ModelSet? models)
                ? new CatalogDecision<ModelId>(id, new CatalogChange { ModelDeleted = id.Value }) { Models = models }
                : Outcome<CatalogDecision<ModelId>>.Failure(changed.Errors);
        }, actor, cancellationToken);
    }

    public ValueTask<Outcome<DeviceRegistration>> PutAsync(DeviceId id, DeviceSettings settings, Actor actor, CancellationToken cancellationToken)
    {
        return ChangeAsync<DeviceRegistration>(catalog =>
        {
            if (Authenticator.IsReserved(id.Value) && !catalog.Devices.ContainsKey(id.Value))
            {
                return ClusterErrors.ReservedDevice.With(id).On("/deviceId");
            }
            if (settings.Mapping is { } mapping && !catalog.Mappings.ContainsKey(mapping))
            {
                return ClusterErrors.MappingNotFound.With(mapping).On("/mapping");
            }
            DeviceRecord? present = catalog.Devices.GetValueOrDefault(id.Value);
            string? secret = present is null ? Secret.Generate() : null;
            DeviceRecord device = new(
                id,
                settings.Twins ?? present?.Twins ?? [TwinId.Create(id.Value)],
                present?.SecretHash ?? Secret.Hash(secret!),
                present?.Created ?? Now,
                settings.Mapping,
                settings.Interval)
            {
                RequiresCertificate = settings.RequiresCertificate ?? present?.RequiresCertificate ?? false,
            };
            return Put(device, secret);
        }, actor, cancellationToken);
    }

    public ValueTask<Outcome<DeviceRegistration>> RenewSecretAsync(DeviceId id, Actor actor, CancellationToken cancellationToken)
    {
        return ChangeAsync<DeviceRegistration>(catalog =>
        {
            if (!catalog.Devices.TryGetValue(id.Value, out DeviceRecord? device))
            {
                return ClusterErrors.DeviceNotFound.With(id);
            }
            string secret = Secret.Generate();
            return Put(device with { SecretHash = Secret.Hash(secret) }, secret);
        }, actor, cancellationToken);
    }

    public ValueTask<Outcome<DeviceRecord>> BindAsync(DeviceId id, TwinId twin, Actor actor, CancellationToken cancellationToken) =>
        ChangeBindingsAsync(id, twins => twins.Contains(twin) ? twins : twins.Add(twin), actor, cancellationToken);

    public ValueTask<Outcome<DeviceRecord>> UnbindAsync(DeviceId id, TwinId twin, Actor actor, CancellationToken cancellationToken) =>
        ChangeBindingsAsync(id, twins => twins.Remove(twin), actor, cancellationToken);

    public ValueTask<Outcome<DeviceRecord>> DeleteAsync(DeviceId id, Actor actor, CancellationToken cancellationToken)
    {
        return ChangeAsync<DeviceRecord>(catalog => catalog.Devices.TryGetValue(id.Value, out DeviceRecord? device)
            ? new CatalogDecision<DeviceRecord>(device, new CatalogChange { DeviceDeleted = id.Value })
            : ClusterErrors.DeviceNotFound.With(id), actor, cancellationToken);
    }

    /// <summary>Decides on the newest catalog, and answers once the change is durable.</summary>
    public async ValueTask<Outcome<T>> ChangeAsync<T>(
        Func<Catalog, Outcome<CatalogDecision<T>>> decide, Actor actor, CancellationToken cancellationToken)
    {
        committer.ThrowIfReadOnly();
        Decided<T> decided = TryDecide(_ => true, decide, actor)!;
        return await DurableAsync(decided, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null where <paramref name="holds"/> says no of the newest catalog.</returns>
    private Decided<T>? TryDecide<T>(Func<Catalog, bool> holds, Func<Catalog, Outcome<CatalogDecision<T>>> decide, Actor actor)
    {
        lock (owner.Gate)
        {
            return holds(owner.Newest)
                ? new Decided<T>(owner.Decide(decide, actor, Now, committer.Current.Commit), committer.TicketOf(owner))
                : null;
        }
    }

    private async ValueTask<Outcome<T>> DurableAsync<T>(Decided<T> decided, CancellationToken cancellationToken)
    {
        if (decided.Outcome.IsSuccess)
        {
            await committer.CommitAsync(decided.Ticket).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        return decided.Outcome;
    }

    private Outcome<CatalogDecision<ImmutableArray<ModelEntry>>> Add(IReadOnlyList<ModelDocument> documents, ModelSet present)
    {
        Outcome<ModelSetChange> added = present.Add(documents, Now);
        if (!added.TryGetValue(out ModelSetChange? change))
        {
            return Outcome<CatalogDecision<ImmutableArray<ModelEntry>>>.Failure(added.Errors);
        }
        // By schema id: at replay a model must come after those it was compiled with.
        ModelsAdded stored = new();
        stored.Models.AddRange(change.Added.OrderBy(model => model.Schema.Id).Select(model =>
            CatalogCodec.ToWire(new Modeling.StoredModel(model.Schema.Id, model.Document, model.UploadTime, model.IsDecommissioned, IsDeleted: false))));
        return new CatalogDecision<ImmutableArray<ModelEntry>>(change.Added, new CatalogChange { ModelsAdded = stored }) { Models = change.Models };
    }

    private ValueTask<Outcome<DeviceRecord>> ChangeBindingsAsync(
        DeviceId id, Func<ImmutableArray<TwinId>, ImmutableArray<TwinId>> change, Actor actor, CancellationToken cancellationToken)
    {
        return ChangeAsync<DeviceRecord>(catalog =>
        {
            if (!catalog.Devices.TryGetValue(id.Value, out DeviceRecord? device))
            {
                return ClusterErrors.DeviceNotFound.With(id);
            }
            DeviceRecord changed = device with { Twins = change(device.Twins) };
            return new CatalogDecision<DeviceRecord>(changed, new CatalogChange { DevicePut = CatalogCodec.ToWire(changed) });
        }, actor, cancellationToken);
    }

    private static CatalogDecision<DeviceRegistration> Put(DeviceRecord device, string? secret) =>
        new(new DeviceRegistration(device, secret), new CatalogChange { DevicePut = CatalogCodec.ToWire(device) });

    private Timestamp Now => Timestamp.From(clock.GetUtcNow());

    /// <param name="Ticket">Of the commit that holds what was decided.</param>
    private sealed record Decided<T>(Outcome<T> Outcome, CommitTicket Ticket);
}
