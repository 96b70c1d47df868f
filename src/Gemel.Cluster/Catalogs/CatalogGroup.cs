using Gemel.Cluster.Wire;
using Gemel.Graph;
using Google.Protobuf;

namespace Gemel.Cluster;

/// <summary>Writes a change of the catalog as a field <c>groups</c> of <c>gemel.v1.Commit</c> (changes.proto).</summary>
internal static class CatalogGroup
{
    private const int GroupsField = 1;
    private const int ActorField = 1;
    private const int OriginField = 2;
    private const int TimeField = 3;
    private const int CatalogField = 5;

    public static void Write(Stream destination, Actor actor, Timestamp time, CatalogChange change)
    {
        byte[] group = Group(actor, time, change);
        using CodedOutputStream output = new(destination, leaveOpen: true);
        output.WriteTag(GroupsField, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(group));
    }

    private static byte[] Group(Actor actor, Timestamp time, CatalogChange change)
    {
        using MemoryStream body = new();
        using (CodedOutputStream output = new(body, leaveOpen: true))
        {
            output.WriteTag(ActorField, WireFormat.WireType.LengthDelimited);
            output.WriteString(actor.Name);
            output.WriteTag(OriginField, WireFormat.WireType.LengthDelimited);
            output.WriteString(actor.Origin);
            output.WriteTag(TimeField, WireFormat.WireType.Fixed64);
            output.WriteSFixed64(time.Ticks);
            output.WriteTag(CatalogField, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(change.ToByteString());
        }
        return body.ToArray();
    }
}
