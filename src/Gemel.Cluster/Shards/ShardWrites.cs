using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>Does the writes of the API on a shard: decided and applied in one turn under the gates they need.</summary>
internal static class ShardWrites
{
    /// <returns>The outcome, and the ticket of the commit that holds it.</returns>
    public static (Outcome<WriteReceipt> Outcome, CommitTicket Ticket) Do(ShardHost host, Shard shard, WriteRequest request, Timestamp now)
    {
        return request.Kind is WriteKind.PutRelationship or WriteKind.PatchRelationship or WriteKind.DeleteRelationship
            ? DoRelationship(host, shard, request, now)
            : DoTwin(host, shard, request, now);
    }

    private static (Outcome<WriteReceipt> Outcome, CommitTicket Ticket) DoTwin(ShardHost host, Shard shard, WriteRequest request, Timestamp now)
    {
        TwinId id = TwinId.Create(request.Twin);
        ModelSet models = host.Catalog.Durable.Models;
        lock (shard.Gate)
        {
            Outcome<WriteReceipt> outcome = request.Kind switch
            {
                WriteKind.PutTwin => shard.PutTwin(id, request.Body, request.Condition, models, request.Actor, now),
                WriteKind.PatchTwin => shard.PatchTwin(id, request.Body, request.Condition, models, request.Actor, now),
                WriteKind.PatchComponent => shard.PatchComponent(id, request.Part, request.Body, request.Condition, models, request.Actor, now),
                WriteKind.DeleteTwin => shard.DeleteTwin(id, request.Condition, request.Actor, now),
                WriteKind.SendTelemetry => shard.SendTelemetry(id, TelemetryOf(request), request.Actor, now),
                _ => throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "The kind is no write of a twin."),
            };
            if (request.Kind == WriteKind.PutTwin && outcome.TryGetValue(out WriteReceipt receipt) && receipt.Created)
            {
                host.Marks.Apply(shard.Directory.Find(id.Value)!);
            }
            return (outcome, host.Committer.TicketOf(shard));
        }
    }

    /// <remarks>A relationship lies in the shards of both its twins; all gates are taken, in their one order, for these writes are
    /// rare and the shards of a process few.</remarks>
    private static (Outcome<WriteReceipt> Outcome, CommitTicket Ticket) DoRelationship(ShardHost host, Shard shard, WriteRequest request, Timestamp now)
    {
        TwinId source = TwinId.Create(request.Twin);
        RelationshipId id = RelationshipId.Create(request.Part);
        ModelSet models = host.Catalog.Durable.Models;
        HeldShards held = host.Shards.OfSlot;
        using ShardSet.AllGates gates = host.Shards.EnterAll(host.Catalog.Gate);
        Outcome<WriteReceipt> outcome = request.Kind switch
        {
            WriteKind.PutRelationship => shard.PutRelationship(source, id, request.Body, request.Condition, held, models, request.Actor, now),
            WriteKind.PatchRelationship => shard.PatchRelationship(source, id, request.Body, request.Condition, held, models, request.Actor, now),
            _ => shard.DeleteRelationship(source, id, request.Condition, held, request.Actor, now),
        };
        return (outcome, host.Committer.TicketOf(shard));
    }

    private static TelemetryMessage TelemetryOf(WriteRequest request) => new(
        request.Part.Length == 0 ? null : request.Part, request.MessageId, new Timestamp(request.SourceTicks), request.Body, request.ContentType);
}
