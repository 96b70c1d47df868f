using System.Buffers;
using System.Text.Json;

namespace Gemel.Server.Replay;

/// <summary>Writes rows as the payloads of <c>twins/{twinId}/data</c>.</summary>
internal static class RowEncoder
{
    /// <summary>One message for each twin that has a value in the row.</summary>
    /// <param name="time">The values' source time; none leaves <c>$time</c> out.</param>
    public static IEnumerable<ReplayMessage> Encode(ReplayRow row, Timestamp time) =>
        row.Values
            .GroupBy(value => value.Column.Twin, StringComparer.Ordinal)
            .Select(twin => new ReplayMessage($"twins/{Uri.EscapeDataString(twin.Key)}/data", Payload(twin, time), row.Line));

    private static byte[] Payload(IEnumerable<ReplayValue> values, Timestamp time)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (!time.IsNone)
            {
                json.WriteString("$time", time.ToString());
            }
            ILookup<bool, ReplayValue> byPlace = values.ToLookup(value => value.Column.Path.Length > 1);
            foreach (ReplayValue value in byPlace[false])
            {
                Write(json, value);
            }
            foreach (IGrouping<string, ReplayValue> component in byPlace[true].GroupBy(value => value.Column.Path[0], StringComparer.Ordinal))
            {
                json.WriteStartObject(component.Key);
                foreach (ReplayValue value in component)
                {
                    Write(json, value);
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ReplayValue value)
    {
        json.WritePropertyName(value.Column.Path[^1]);
        if (value.Column.Conversion.Unit is not { } unit || value.Json == "null")
        {
            json.WriteRawValue(value.Json);
            return;
        }
        json.WriteStartObject();
        json.WritePropertyName("$value");
        json.WriteRawValue(value.Json);
        json.WriteString("$unit", unit);
        json.WriteEndObject();
    }
}

/// <param name="Line">Of the file.</param>
internal sealed record ReplayMessage(string Topic, ReadOnlyMemory<byte> Payload, int Line);
