using System.Collections.Immutable;
using Gemel.Cluster;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;

namespace Gemel.Mqtt.Outputs;

/// <summary>Reduces what a session asks for to what its identity may see.</summary>
internal static class Narrowing
{
    public static Coverage Of(ClientSession session, OutputKind kind, Catalog catalog)
    {
        long? all = null;
        ImmutableDictionary<string, long>.Builder ids = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (Subscription subscription in session.Subscriptions.All)
        {
            if (!subscription.Filter.Matches(kind))
            {
                continue;
            }
            if (subscription.Filter.Id is { } id)
            {
                AddIf(IsAllowed(session.Identity, kind, id, catalog), id, subscription.Since);
            }
            else if (session.Identity.ReadsAll)
            {
                all = kind == OutputKind.Rejections ? null : Math.Min(all ?? long.MaxValue, subscription.Since);
            }
            else
            {
                AddOwn(session.Identity, subscription.Since);
            }
        }
        return all is null && ids.Count == 0 ? Coverage.None : new Coverage(all, ids.ToImmutable());

        void AddOwn(Identity identity, long since)
        {
            if (identity.Device is not { } device || !catalog.Devices.TryGetValue(device.Value, out DeviceRecord? record))
            {
                return;
            }
            if (kind == OutputKind.Rejections)
            {
                AddIf(true, device.Value, since);
                return;
            }
            foreach (TwinId twin in record.Twins)
            {
                AddIf(true, twin.Value, since);
            }
        }

        void AddIf(bool isAllowed, string id, long since)
        {
            if (isAllowed)
            {
                ids[id] = ids.TryGetValue(id, out long earlier) ? Math.Min(earlier, since) : since;
            }
        }
    }

    /// <summary>May the identity see the outputs of this twin or device?</summary>
    public static bool IsAllowed(Identity identity, OutputKind kind, string id, Catalog catalog) => kind == OutputKind.Rejections
        ? identity.ReadsAll || identity.Device?.Value == id
        : identity.MaySee(catalog, id);
}
