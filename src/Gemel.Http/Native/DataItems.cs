using System.Formats.Cbor;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Ingest;

namespace Gemel.Http.Native;

/// <summary>Divides a body of device data into the items that are answered one by one.</summary>
/// <remarks>An array becomes one item per element; anything else, malformed text too, is one item: the decoder behind judges it.</remarks>
internal static class DataItems
{
    /// <returns>Offsets and lengths within <paramref name="payload"/>, in order.</returns>
    /// <exception cref="GemelException">GMI010, more than <paramref name="maxItems"/>: each is decoded, recorded and answered for itself.</exception>
    public static IReadOnlyList<(int Start, int Length)> Divide(ReadOnlyMemory<byte> payload, PayloadFormat format, int maxDepth, int maxItems)
    {
        (int Start, int Length)[] whole = [(0, payload.Length)];
        try
        {
            IReadOnlyList<(int, int)>? elements = format == PayloadFormat.Cbor ? CborElements(payload, maxItems) : JsonElements(payload.Span, maxDepth, maxItems);
            return elements ?? whole;
        }
        catch (Exception malformed) when (malformed is JsonException or CborContentException or InvalidOperationException)
        {
            return whole;
        }
    }

    /// <summary>True where the item is an object that names its twin by the member <c>$twin</c>.</summary>
    public static bool NamesTwin(ReadOnlyMemory<byte> item, PayloadFormat format)
    {
        try
        {
            return format == PayloadFormat.Cbor ? CborNamesTwin(item) : JsonNamesTwin(item.Span);
        }
        catch (Exception malformed) when (malformed is JsonException or CborContentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static List<(int, int)>? JsonElements(ReadOnlySpan<byte> json, int maxDepth, int maxItems)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }
        List<(int, int)> elements = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            Add(elements, start, (int)reader.BytesConsumed - start, maxItems);
        }
        while (reader.Read())
        {
        }
        return elements.Count == 0 ? null : elements;
    }

    private static List<(int, int)>? CborElements(ReadOnlyMemory<byte> cbor, int maxItems)
    {
        CborReader reader = new(cbor, CborConformanceMode.Lax);
        if (reader.PeekState() != CborReaderState.StartArray)
        {
            return null;
        }
        reader.ReadStartArray();
        List<(int, int)> elements = [];
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            int start = cbor.Length - reader.BytesRemaining;
            reader.SkipValue();
            Add(elements, start, cbor.Length - reader.BytesRemaining - start, maxItems);
        }
        reader.ReadEndArray();
        return elements.Count == 0 || reader.BytesRemaining > 0 ? null : elements;
    }

    private static void Add(List<(int, int)> elements, int start, int length, int maxItems)
    {
        if (elements.Count == maxItems)
        {
            throw new GemelException(IngestErrors.TooManyObjects.With(maxItems));
        }
        elements.Add((start, length));
    }

    private static bool JsonNamesTwin(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("$twin"u8))
            {
                return true;
            }
            reader.Read();
            reader.Skip();
        }
        return false;
    }

    private static bool CborNamesTwin(ReadOnlyMemory<byte> cbor)
    {
        CborReader reader = new(cbor, CborConformanceMode.Lax);
        if (reader.PeekState() != CborReaderState.StartMap)
        {
            return false;
        }
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (reader.PeekState() == CborReaderState.TextString && reader.ReadTextString() == "$twin")
            {
                return true;
            }
            reader.SkipValue();
        }
        return false;
    }
}
