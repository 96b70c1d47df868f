using System.Text;
using Gemel.Cluster.Wire;
using Gemel.Graph;
using Gemel.History;
using LifecycleSubject = Gemel.History.LifecycleSubject;

namespace Gemel.Cluster;

/// <summary>Lifecycle records of history from journaled changes.</summary>
internal static class Lifecycle
{
    public static LifecycleRecord Of(in TwinChange change, TwinId id, ModelId model) => new()
    {
        Time = change.ServerTime,
        Subject = LifecycleSubject.Twin,
        Action = change.Action switch
        {
            TwinAction.Create => LifecycleAction.Created,
            TwinAction.Delete => LifecycleAction.Deleted,
            TwinAction.Replace => LifecycleAction.Replaced,
            _ => LifecycleAction.Updated,
        },
        Id = id.Value,
        Key = change.Key,
        Model = model.Value,
    };

    public static LifecycleRecord Of(in RelationshipChange change) => new()
    {
        Time = change.ServerTime,
        Subject = LifecycleSubject.Relationship,
        Action = change.Action == RelationshipAction.Remove ? LifecycleAction.Deleted
            : change.Version == 1 ? LifecycleAction.Created
            : LifecycleAction.Updated,
        Id = Encoding.UTF8.GetString(change.RelationshipIdUtf8),
        Key = change.SourceKey,
        Source = Encoding.UTF8.GetString(change.SourceIdUtf8),
        Target = Encoding.UTF8.GetString(change.TargetIdUtf8),
        Name = Encoding.UTF8.GetString(change.NameUtf8),
        Document = change.Properties.IsEmpty || change.Action == RelationshipAction.Remove ? null : Encoding.UTF8.GetString(change.Properties),
    };

    /// <summary>What a change of the catalog means for models; nothing for devices and mappings.</summary>
    public static IEnumerable<LifecycleRecord> Of(CatalogChange change, Timestamp time) => change.KindCase switch
    {
        CatalogChange.KindOneofCase.ModelsAdded => change.ModelsAdded.Models.Select(model =>
            Model(IdOf(model.Document.Span), LifecycleAction.Created, time, model.Document.ToStringUtf8())),
        CatalogChange.KindOneofCase.ModelDecommissioned => [Model(change.ModelDecommissioned.Id, LifecycleAction.Updated, time, document: null)],
        CatalogChange.KindOneofCase.ModelDeleted => [Model(change.ModelDeleted, LifecycleAction.Deleted, time, document: null)],
        _ => [],
    };

    private static LifecycleRecord Model(string id, LifecycleAction action, Timestamp time, string? document) => new()
    {
        Time = time,
        Subject = LifecycleSubject.Model,
        Action = action,
        Id = id,
        Document = document,
    };

    private static string IdOf(ReadOnlySpan<byte> document)
    {
        System.Text.Json.Utf8JsonReader reader = new(document);
        return System.Text.Json.JsonElement.ParseValue(ref reader).GetProperty("@id").GetString()!;
    }
}
