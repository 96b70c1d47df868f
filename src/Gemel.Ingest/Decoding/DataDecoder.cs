using System.Text.Json;
using System.Text.Unicode;
using Gemel.Graph;

namespace Gemel.Ingest;

/// <summary>Decodes what a device publishes for one twin: an object of names to values, or an array of such objects.</summary>
/// <remarks>Threading: one caller at a time; it owns the scratch space of its parts. Nothing of the payload is kept.</remarks>
public sealed class DataDecoder
{
    private readonly IngestOptions _options;
    private readonly PlainObjectDecoder _plain = new();
    private readonly ObjectDecoder _objects;
    private readonly JsonReaderOptions _json;

    public DataDecoder(IngestOptions options)
    {
        _options = options;
        _objects = new ObjectDecoder(options);
        _json = new JsonReaderOptions { MaxDepth = options.MaxDepth };
    }

    /// <summary>Adds what fits of <paramref name="json"/> to <paramref name="batch"/>.</summary>
    /// <param name="item">The message's number, for the shard's receipt.</param>
    /// <param name="report">Is added to. A payload that is no JSON is refused whole, also what came before the damage.</param>
    public void Decode(ReadOnlySpan<byte> json, Twin twin, int item, SampleBatchWriter batch, DecodeReport report)
    {
        if (!_plain.TryDecode(json, twin, item, batch, report))
        {
            DecodeAny(json, twin, item, batch, report);
        }
    }

    private void DecodeAny(ReadOnlySpan<byte> json, Twin twin, int item, SampleBatchWriter batch, DecodeReport report)
    {
        BatchMark mark = batch.Mark();
        ReportMark before = report.Mark();
        GemelError? malformed = Utf8.IsValid(json) ? null : IngestErrors.Malformed.With("JSON", "it is not UTF-8.");
        if (malformed is null)
        {
            Utf8JsonReader reader = new(json, _json);
            try
            {
                DecodeDocument(ref reader, twin, item, batch, report);
            }
            catch (JsonException exception)
            {
                malformed = IngestErrors.Malformed.With("JSON", exception.Message);
            }
        }
        if (malformed is not null)
        {
            batch.Rewind(mark);
            report.Untake(before);
            report.Reject(malformed);
        }
    }

    private void DecodeDocument(ref Utf8JsonReader reader, Twin twin, int item, SampleBatchWriter batch, DecodeReport report)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            DecodeArray(ref reader, twin, item, batch, report);
        }
        else
        {
            DecodeElement(ref reader, twin, item, batch, report);
        }
        // Anything but white space after the document throws.
        reader.Read();
    }

    private void DecodeArray(ref Utf8JsonReader reader, Twin twin, int item, SampleBatchWriter batch, DecodeReport report)
    {
        int objects = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++objects > _options.MaxObjects)
            {
                report.Reject(IngestErrors.TooManyObjects.With(_options.MaxObjects));
                JsonTokens.SkipToEnd(ref reader);
                return;
            }
            DecodeElement(ref reader, twin, item, batch, report);
        }
    }

    private void DecodeElement(ref Utf8JsonReader reader, Twin twin, int item, SampleBatchWriter batch, DecodeReport report)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            _objects.Decode(ref reader, twin, item, allowTwin: false, batch, report);
            return;
        }
        report.Reject(IngestErrors.NotAnObject.With(reader.TokenType));
        reader.Skip();
    }
}
