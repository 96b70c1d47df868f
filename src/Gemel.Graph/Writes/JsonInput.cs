using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gemel.Graph;

/// <summary>Reads a body as strict JSON: RFC 8259, valid UTF-8, every member once, nesting bounded.</summary>
internal static class JsonInput
{
    /// <summary>Deepest nesting of objects and arrays that is taken.</summary>
    public const int MaxDepth = 64;

    /// <summary>Far beyond <see cref="MaxDepth"/>, so that the scan meets our bound, with its own error, first.</summary>
    private const int ReaderDepth = MaxDepth + 2;

    /// <summary>Parses <paramref name="json"/>; null where it has errors, which are then added.</summary>
    /// <returns>The document over the given memory; the caller disposes it.</returns>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> json, List<GemelError> errors)
    {
        json = WithoutByteOrderMark(json);
        if (!IsUtf8(json.Span, errors) || !Scan(json.Span, errors))
        {
            return null;
        }
        JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = ReaderDepth });
        int before = errors.Count;
        new DuplicateCheck(errors).Visit(document.RootElement, "");
        if (errors.Count == before)
        {
            return document;
        }
        document.Dispose();
        return null;
    }

    /// <summary>What an element is, in words for a message.</summary>
    public static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    private static bool IsUtf8(ReadOnlySpan<byte> json, List<GemelError> errors)
    {
        if (Utf8.IsValid(json))
        {
            return true;
        }
        int at = 0;
        while (Rune.DecodeFromUtf8(json[at..], out _, out int length) == OperationStatus.Done)
        {
            at += length;
        }
        errors.Add(GraphErrors.InvalidUtf8.With(at, json[at]).At(PositionOf(json, at)));
        return false;
    }

    /// <summary>Walks all tokens once: syntax, depth, escapes.</summary>
    private static bool Scan(ReadOnlySpan<byte> json, List<GemelError> errors)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = ReaderDepth });
        try
        {
            while (reader.Read())
            {
                GemelError? error = CheckToken(in reader);
                if (error is not null)
                {
                    errors.Add(error.At(PositionOf(json, (int)reader.TokenStartIndex)));
                    return false;
                }
            }
            return true;
        }
        catch (JsonException e)
        {
            int column = (int)(e.BytePositionInLine ?? 0) + 1;
            errors.Add(GraphErrors.InvalidJson.With(Reason(e)).At(new TextPosition(null, (int)(e.LineNumber ?? 0) + 1, column)));
            return false;
        }
    }

    private static GemelError? CheckToken(in Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaxDepth:
                return GraphErrors.TooDeep.With(MaxDepth);
            case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped && HasUnpairedSurrogate(reader.ValueSpan):
                return GraphErrors.UnpairedSurrogate.With();
            default:
                return null;
        }
    }

    /// <param name="escaped">The content of a string token, whose escapes the reader has found well-formed.</param>
    private static bool HasUnpairedSurrogate(ReadOnlySpan<byte> escaped)
    {
        bool high = false;
        for (int i = 0; i < escaped.Length; i++)
        {
            int unit = escaped[i] == '\\' && escaped[i + 1] == 'u' ? HexUnit(escaped.Slice(i + 2, 4)) : -1;
            if (high != unit is >= 0xDC00 and <= 0xDFFF)
            {
                return true;
            }
            high = unit is >= 0xD800 and <= 0xDBFF;
            i += escaped[i] != '\\' ? 0 : unit >= 0 ? 5 : 1;
        }
        return high;
    }

    private static int HexUnit(ReadOnlySpan<byte> digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The platform's text without its own position, which we give in ours.</summary>
    private static string Reason(JsonException e)
    {
        int position = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? e.Message : e.Message[..position];
    }

    private static TextPosition PositionOf(ReadOnlySpan<byte> json, int offset)
    {
        ReadOnlySpan<byte> before = json[..offset];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new TextPosition(null, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    /// <summary>Finds every member that occurs twice in its object.</summary>
    private readonly ref struct DuplicateCheck(List<GemelError> errors)
    {
        public void Visit(JsonElement element, string pointer)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                VisitObject(element, pointer);
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    VisitNested(item, pointer, index++);
                }
            }
        }

        private void VisitObject(JsonElement element, string pointer)
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (JsonProperty member in element.EnumerateObject())
            {
                if (!names.Add(member.Name))
                {
                    errors.Add(GraphErrors.DuplicateMember.With(member.Name).On(JsonPointer.Append(pointer, member.Name)));
                }
                if (IsNested(member.Value))
                {
                    Visit(member.Value, JsonPointer.Append(pointer, member.Name));
                }
            }
        }

        private void VisitNested(JsonElement item, string pointer, int index)
        {
            if (IsNested(item))
            {
                Visit(item, $"{pointer}/{index}");
            }
        }

        private static bool IsNested(JsonElement element) => element.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
    }
}
