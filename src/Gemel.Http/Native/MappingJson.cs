using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Requests;
using Gemel.Http.Responses;

namespace Gemel.Http.Native;

/// <summary>Mappings in lists, and trials of them.</summary>
internal static class MappingJson
{
    public const string ExpectedTrial = """{"mapping":"name" or "document":…,"topic":"…","payload":… or "payloadBase64":"…","format":"json" or "cbor","device":"…"}""";

    public static void WriteSummary(Utf8JsonWriter json, MappingRecord mapping)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, mapping.Name);
        json.WriteString("changed"u8, mapping.Changed.ToString());
        json.WriteEndObject();
    }

    public static void WriteValues(Utf8JsonWriter json, IReadOnlyList<MappedValue> values)
    {
        json.WriteStartObject();
        json.WriteStartArray("value"u8);
        foreach (MappedValue value in values)
        {
            Write(json, value);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <exception cref="GemelException">GMW008, GMW012.</exception>
    public static MappingTrial ReadTrial(JsonElement body)
    {
        body.RequireOnly(ExpectedTrial, "mapping", "document", "topic", "payload", "payloadBase64", "format", "device");
        string? mapping = body.Text("mapping", ExpectedTrial);
        ReadOnlyMemory<byte> document = ReadDocument(body);
        if ((mapping is null) == document.IsEmpty)
        {
            throw new GemelException(HttpErrors.Missing.With("Either 'mapping' or 'document'", ExpectedTrial));
        }
        string? topic = body.Text("topic", ExpectedTrial);
        string? device = body.Text("device", ExpectedTrial);
        return new MappingTrial(
            mapping,
            document,
            topic ?? (device is null ? throw new GemelException(HttpErrors.Missing.With("The member 'topic'", ExpectedTrial)) : $"devices/{device}/data"),
            ReadPayload(body),
            ReadFormat(body),
            device is null ? null : DeviceId.Create(device));
    }

    private static void Write(Utf8JsonWriter json, MappedValue value)
    {
        json.WriteStartObject();
        json.WriteString("tag"u8, value.Tag);
        WriteText(json, "twin"u8, value.Twin);
        WriteText(json, "path"u8, value.Path);
        if (value.ValueJson is { } text)
        {
            json.WritePropertyName("value"u8);
            json.WriteRawValue(text, skipInputValidation: true);
        }
        WriteText(json, "unit"u8, value.Unit);
        WriteText(json, "time"u8, value.SourceTime.IsNone ? null : value.SourceTime.ToString());
        json.WriteString("quality"u8, value.Quality.Name());
        if (value.Error is { } error)
        {
            ErrorReply.WriteMember(json, [error]);
        }
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> member, string? text)
    {
        if (text is not null)
        {
            json.WriteString(member, text);
        }
    }

    // A string is YAML (or JSON) text; anything else is the document itself.
    private static ReadOnlyMemory<byte> ReadDocument(JsonElement body)
    {
        if (!body.TryGetProperty("document", out JsonElement document) || document.ValueKind == JsonValueKind.Null)
        {
            return default;
        }
        return Encoding.UTF8.GetBytes(document.ValueKind == JsonValueKind.String ? document.GetString()! : document.GetRawText());
    }

    private static ReadOnlyMemory<byte> ReadPayload(JsonElement body)
    {
        if (body.TryGetProperty("payload", out JsonElement payload))
        {
            return Encoding.UTF8.GetBytes(payload.GetRawText());
        }
        string? base64 = body.Text("payloadBase64", ExpectedTrial) ?? throw new GemelException(HttpErrors.Missing.With("The member 'payload'", ExpectedTrial));
        byte[] bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? bytes.AsMemory(0, length) : throw JsonBody.Malformed("'payloadBase64' is not base64.", ExpectedTrial);
    }

    private static PayloadFormat ReadFormat(JsonElement body) => body.Text("format", ExpectedTrial) switch
    {
        null or "json" => PayloadFormat.Json,
        "cbor" => PayloadFormat.Cbor,
        string other => throw JsonBody.Malformed($"'format' is '{other}'.", ExpectedTrial),
    };
}
