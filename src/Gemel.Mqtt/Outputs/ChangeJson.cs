using System.Buffers;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Mqtt.Outputs;

/// <summary>The payload of <c>twins/{id}/changes</c>.</summary>
internal static class ChangeJson
{
    /// <summary>One change: <c>{"twin","model","commit","index","kind","time","actor","values":[{"path","v","t","q",…}],"relationship"?}</c>;
    /// the members of <c>values</c> are those of the change streams.</summary>
    public static ReadOnlyMemory<byte> Write(TwinEvent change)
    {
        ArrayBufferWriter<byte> output = new(256);
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("twin"u8, change.Twin.Value);
        json.WriteString("model"u8, change.Model.Value);
        json.WriteNumber("commit"u8, change.Token.Commit);
        json.WriteNumber("index"u8, change.Token.Index);
        json.WriteString("kind"u8, KindOf(change.Kind));
        WriteTime(json, "time"u8, change.Time);
        json.WriteString("actor"u8, change.Actor);
        json.WriteStartArray("values"u8);
        foreach (ValueChange value in change.Values)
        {
            WriteValue(json, value, change.Time);
        }
        json.WriteEndArray();
        if (change.Relationship is { } relationship)
        {
            WriteRelationship(json, relationship);
        }
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Whether the present state of the twin may be another one after the event.</summary>
    public static bool TouchesState(TwinEvent change)
    {
        if (change.Kind is not (TwinEventKind.TwinCreated or TwinEventKind.TwinUpdated or TwinEventKind.TwinDeleted))
        {
            return false;
        }
        foreach (ValueChange value in change.Values)
        {
            if ((value.Flags & CellFlags.Late) == 0)
            {
                return true;
            }
        }
        return change.Values.Count == 0;
    }

    private static void WriteValue(Utf8JsonWriter json, in ValueChange value, Timestamp serverTime)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, value.Column.Path);
        json.WritePropertyName("v"u8);
        bool hasValue = (value.Flags & (CellFlags.NoValue | CellFlags.Cleared)) == 0;
        ValueWriter.Write(json, value.Column.Schema, hasValue ? value.Kind : ValueKind.None, value.Bits, value.Text.Span);
        WriteTime(json, "t"u8, value.SourceTime.IsNone ? serverTime : value.SourceTime);
        json.WriteString("q"u8, value.Quality.Name());
        if (value.Reason is { } reason)
        {
            json.WriteString("reason"u8, reason);
        }
        WriteFlag(json, "late"u8, value.Flags, CellFlags.Late);
        WriteFlag(json, "correction"u8, value.Flags, CellFlags.Correction);
        WriteFlag(json, "backfill"u8, value.Flags, CellFlags.Backfill);
        WriteFlag(json, "cleared"u8, value.Flags, CellFlags.Cleared);
        json.WriteEndObject();
    }

    private static void WriteFlag(Utf8JsonWriter json, ReadOnlySpan<byte> name, CellFlags flags, CellFlags flag)
    {
        if ((flags & flag) != 0)
        {
            json.WriteBoolean(name, true);
        }
    }

    private static void WriteRelationship(Utf8JsonWriter json, RelationshipRecord relationship)
    {
        json.WriteStartObject("relationship"u8);
        json.WriteString("id"u8, relationship.Id.Value);
        json.WriteString("name"u8, relationship.Name);
        json.WriteString("source"u8, relationship.SourceId.Value);
        json.WriteString("target"u8, relationship.TargetId.Value);
        if (!relationship.Properties.IsEmpty)
        {
            json.WritePropertyName("properties"u8);
            json.WriteRawValue(relationship.Properties.Span, skipInputValidation: true);
        }
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, Timestamp time)
    {
        Span<byte> text = stackalloc byte[Timestamp.FormattedLength];
        int length = time.Format(text);
        json.WriteString(name, text[..length]);
    }

    private static string KindOf(TwinEventKind kind) => kind switch
    {
        TwinEventKind.TwinCreated => "twinCreated",
        TwinEventKind.TwinUpdated => "twinUpdated",
        TwinEventKind.TwinDeleted => "twinDeleted",
        TwinEventKind.RelationshipCreated => "relationshipCreated",
        TwinEventKind.RelationshipUpdated => "relationshipUpdated",
        TwinEventKind.RelationshipDeleted => "relationshipDeleted",
        _ => "telemetry",
    };
}
