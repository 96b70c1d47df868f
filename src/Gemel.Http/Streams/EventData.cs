using System.Buffers;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Http.Streams;

/// <summary>The member <c>data</c> of an event, by its kind.</summary>
internal static class EventData
{
    private const string ValuesMember = "values";

    public static void Write(Utf8JsonWriter json, TwinEvent change)
    {
        switch (change.Kind)
        {
            case TwinEventKind.Telemetry:
                json.WriteRawValue(change.Telemetry!.Value.Payload.Span, skipInputValidation: true);
                break;
            case TwinEventKind.TwinCreated or TwinEventKind.TwinDeleted:
                WriteTwin(json, change);
                break;
            case TwinEventKind.TwinUpdated:
                WriteTwinUpdate(json, change);
                break;
            case TwinEventKind.RelationshipUpdated:
                WriteRelationshipUpdate(json, change);
                break;
            default:
                WriteRelationship(json, change.Relationship!);
                break;
        }
    }

    // The twin as GET shows it after its creation or before its deletion, and what the change set.
    private static void WriteTwin(Utf8JsonWriter json, TwinEvent change)
    {
        json.WriteStartObject();
        bool nameIsFree = true;
        if (change.Document.IsEmpty)
        {
            json.WriteString("$dtId"u8, change.Twin.Value);
            json.WriteStartObject("$metadata"u8);
            json.WriteString("$model"u8, change.Model.Value);
            json.WriteEndObject();
        }
        else
        {
            using JsonDocument twin = JsonDocument.Parse(change.Document);
            foreach (JsonProperty member in twin.RootElement.EnumerateObject())
            {
                member.WriteTo(json);
            }
            nameIsFree = !twin.RootElement.TryGetProperty(ValuesMember, out _);
        }
        if (nameIsFree)
        {
            WriteValues(json, change);
        }
        json.WriteEndObject();
    }

    private static void WriteTwinUpdate(Utf8JsonWriter json, TwinEvent change)
    {
        json.WriteStartObject();
        json.WriteString("modelId"u8, change.Model.Value);
        json.WriteStartArray("patch"u8);
        foreach (ValueChange value in change.Values)
        {
            WriteOperation(json, value);
        }
        json.WriteEndArray();
        WriteValues(json, change);
        json.WriteEndObject();
    }

    // What a GET shows differently afterwards: properties only, and not what went to history alone.
    private static void WriteOperation(Utf8JsonWriter json, in ValueChange value)
    {
        bool cleared = value.Flags.HasFlag(CellFlags.Cleared);
        bool shown = value.Column.Role == ColumnRole.Property && !value.Flags.HasFlag(CellFlags.Late) && (cleared || value.Kind != ValueKind.None);
        if (!shown)
        {
            return;
        }
        json.WriteStartObject();
        if (!cleared)
        {
            json.WritePropertyName("value"u8);
            WriteValue(json, value);
        }
        json.WriteString("path"u8, value.Column.Component is { } component ? $"/{component}/{value.Column.Name}" : $"/{value.Column.Name}");
        json.WriteString("op"u8, cleared ? "remove"u8 : "replace"u8);
        json.WriteEndObject();
    }

    private static void WriteRelationship(Utf8JsonWriter json, RelationshipRecord relationship)
    {
        ArrayBufferWriter<byte> body = new();
        RelationshipJson.Write(relationship, body);
        json.WriteRawValue(body.WrittenSpan, skipInputValidation: true);
    }

    private static void WriteRelationshipUpdate(Utf8JsonWriter json, TwinEvent change)
    {
        json.WriteStartObject();
        json.WriteString("modelId"u8, change.Model.Value);
        json.WriteStartArray("patch"u8);
        ReadOnlyMemory<byte> stored = change.Relationship!.Properties;
        using (JsonDocument properties = JsonDocument.Parse(stored.IsEmpty ? "{}"u8.ToArray() : stored))
        {
            foreach (JsonProperty property in properties.RootElement.EnumerateObject())
            {
                json.WriteStartObject();
                json.WritePropertyName("value"u8);
                property.Value.WriteTo(json);
                json.WriteString("path"u8, $"/{property.Name}");
                json.WriteString("op"u8, "replace"u8);
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, TwinEvent change)
    {
        json.WriteStartArray(ValuesMember);
        foreach (ValueChange value in change.Values)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, value.Column.Path);
            json.WritePropertyName("v"u8);
            WriteValue(json, value);
            CloudEventWriter.WriteTime(json, "t"u8, value.SourceTime.IsNone ? change.Time : value.SourceTime);
            json.WriteString("q"u8, value.Quality.Name());
            if (value.Reason is { } reason)
            {
                json.WriteString("reason"u8, reason);
            }
            WriteFlag(json, value.Flags, CellFlags.Late, "late"u8);
            WriteFlag(json, value.Flags, CellFlags.Correction, "correction"u8);
            WriteFlag(json, value.Flags, CellFlags.Backfill, "backfill"u8);
            WriteFlag(json, value.Flags, CellFlags.Cleared, "cleared"u8);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFlag(Utf8JsonWriter json, CellFlags flags, CellFlags flag, ReadOnlySpan<byte> member)
    {
        if (flags.HasFlag(flag))
        {
            json.WriteBoolean(member, true);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, in ValueChange value) => ValueWriter.Write(json, value.Column.Schema, value.Kind, value.Bits, value.Text.Span);
}
