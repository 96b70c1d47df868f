using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <content>Telemetry sent over HTTP.</content>
public sealed partial class Shard
{
    /// <summary>Takes telemetry: the message goes to the journal as sent, for event routes; what the model knows becomes the
    /// last value under the rules of device samples.</summary>
    /// <param name="message">The payload is JSON unless the content type says otherwise. Names that the model does not know are let
    /// pass, as Azure Digital Twins does; a value that does not fit makes its path bad, <c>invalid</c>, as from a device.</param>
    /// <returns>GMG001–005 the JSON, GMG010 no such twin, GMG011 no such component, GMG042 no message id.</returns>
    public Outcome<WriteReceipt> SendTelemetry(TwinId id, in TelemetryMessage message, in Actor actor, Timestamp now)
    {
        if (Directory.Find(id.Value) is not { } twin)
        {
            return GraphErrors.TwinNotFound.With(id);
        }
        if (message.Component is not null && ComponentMissing(twin, message.Component) is { } missing)
        {
            return missing;
        }
        List<GemelError> errors = [];
        if (string.IsNullOrEmpty(message.MessageId))
        {
            errors.Add(GraphErrors.MissingMessageId.With());
        }
        using JsonDocument? document = IsJson(message.ContentType) ? JsonInput.Parse(message.Payload, errors) : null;
        if (errors.Count > 0)
        {
            return Outcome<WriteReceipt>.Failure(errors);
        }
        if (document?.RootElement.ValueKind == JsonValueKind.Object)
        {
            TakeLastValues(twin, message, document.RootElement, actor, now);
        }
        Writes.BeginGroup(actor, now);
        Writes.Telemetry(twin, message);
        return new WriteReceipt(Writes.EndGroup(), "", Created: false, twin.Key);
    }

    private void TakeLastValues(Twin twin, in TelemetryMessage message, JsonElement payload, in Actor actor, Timestamp now)
    {
        using SampleBatchWriter batch = new();
        batch.Begin(Encoding.UTF8.GetBytes(actor.Name), Encoding.UTF8.GetBytes(actor.Origin), now);
        batch.BeginObject(twin, twin.Schema, message.Source, item: 0, isAtomic: false);
        foreach (JsonProperty member in payload.EnumerateObject())
        {
            string path = message.Component is null ? member.Name : $"{message.Component}.{member.Name}";
            if (twin.Schema.FindPath(path) is { Role: ColumnRole.Telemetry } column && column.Component == message.Component)
            {
                AddSample(batch, column, member.Value);
            }
        }
        batch.EndObject();
        if (!batch.IsEmpty)
        {
            IngestReceipt receipt = default;
            Ingest(batch.Written.Span, now, ref receipt);
        }
    }

    private static void AddSample(SampleBatchWriter batch, Column column, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            batch.AddNone(column.Number, Quality.Bad, reasonUtf8: default, Timestamp.None);
            return;
        }
        Utf8JsonReader reader = new(JsonMarshal.GetRawUtf8Value(value), new JsonReaderOptions { MaxDepth = JsonInput.MaxDepth });
        reader.Read();
        ArrayBufferWriter<byte> text = new();
        if (!ValueReader.TryRead(ref reader, column.Schema, text, out ValueKind kind, out long bits, out _))
        {
            batch.AddNone(column.Number, Quality.Bad, Encoding.UTF8.GetBytes(QualityNames.Invalid), Timestamp.None);
        }
        else if (kind is ValueKind.Text or ValueKind.Json)
        {
            batch.AddText(column.Number, text.WrittenSpan, Quality.Good, reasonUtf8: default, Timestamp.None);
        }
        else
        {
            batch.Add(column.Number, bits, Quality.Good, reasonUtf8: default, Timestamp.None);
        }
    }

    private static bool IsJson(string contentType)
    {
        ReadOnlySpan<char> type = contentType.AsSpan();
        int parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        return type.IsEmpty || type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
