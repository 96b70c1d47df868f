using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Gemel.Cluster;

namespace Gemel.Mqtt.Outputs;

/// <summary>The payload of <c>devices/{id}/rejections</c>.</summary>
internal static class RejectionJson
{
    private const int MaxPayloadBytes = 4096;

    /// <summary><c>{"number","time","topic","reasons":[{"code","message","target"?}],"payloadBytes","payload"|"payloadBase64"}</c>;
    /// the payload is cut at 4 KiB here and kept longer in the store.</summary>
    public static ReadOnlyMemory<byte> Write(Rejection rejection)
    {
        ArrayBufferWriter<byte> output = new(512);
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteNumber("number"u8, rejection.Number);
        json.WriteString("time"u8, rejection.Time.ToString());
        json.WriteString("topic"u8, rejection.Topic);
        json.WriteStartArray("reasons"u8);
        foreach (GemelError reason in rejection.Reasons)
        {
            WriteReason(json, reason);
        }
        json.WriteEndArray();
        json.WriteNumber("payloadBytes"u8, rejection.PayloadBytes);
        ReadOnlySpan<byte> payload = rejection.Payload.Span[..Math.Min(rejection.Payload.Length, MaxPayloadBytes)];
        if (Utf8.IsValid(payload))
        {
            json.WriteString("payload"u8, payload);
        }
        else
        {
            json.WriteBase64String("payloadBase64"u8, payload);
        }
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private static void WriteReason(Utf8JsonWriter json, GemelError reason)
    {
        json.WriteStartObject();
        json.WriteString("code"u8, reason.Code.Code);
        json.WriteString("message"u8, reason.Message);
        if (reason.Target is { } target)
        {
            json.WriteString("target"u8, target);
        }
        json.WriteEndObject();
    }
}
