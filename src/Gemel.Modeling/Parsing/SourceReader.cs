using System.Globalization;
using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>Turns JSON text into <see cref="SourceNode"/>s; every fault of the text becomes an error with its place.</summary>
internal sealed class SourceReader(SourceText source, ErrorList errors)
{
    /// <summary>Deepest nesting taken, as for every JSON body.</summary>
    public const int MaxDepth = 64;

    /// <summary>Reads the whole document.</summary>
    /// <returns>null where it cannot be read; the error is in the list.</returns>
    public SourceNode? Read()
    {
        // One level more than we take, so that the reader leaves the refusal to us.
        Utf8JsonReader reader = new(source.Utf8.Span, new JsonReaderOptions { MaxDepth = MaxDepth + 2 });
        try
        {
            _ = reader.Read();
            SourceNode? node = ReadValue(ref reader, parent: null, key: "");
            if (node is not null)
            {
                _ = reader.Read();
            }
            return node;
        }
        catch (JsonException fault)
        {
            int offset = source.OffsetOf(fault.LineNumber ?? 0, fault.BytePositionInLine ?? 0);
            errors.Add(source, offset, null, ModelingErrors.MalformedJson.With(Sentence(fault.Message)));
            return null;
        }
    }

    private SourceNode? ReadValue(ref Utf8JsonReader reader, SourceNode? parent, string key) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader, parent, key),
        JsonTokenType.StartArray => ReadArray(ref reader, parent, key),
        JsonTokenType.String => ReadText(ref reader, out string text) ? Scalar(ref reader, SourceKind.String, text, parent, key) : null,
        JsonTokenType.Number => Scalar(ref reader, SourceKind.Number, System.Text.Encoding.UTF8.GetString(reader.ValueSpan), parent, key),
        JsonTokenType.True => Scalar(ref reader, SourceKind.Boolean, "true", parent, key),
        JsonTokenType.False => Scalar(ref reader, SourceKind.Boolean, "false", parent, key),
        _ => Scalar(ref reader, SourceKind.Null, "", parent, key),
    };

    private SourceNode Scalar(ref Utf8JsonReader reader, SourceKind kind, string text, SourceNode? parent, string key) =>
        new() { Source = source, Kind = kind, Start = (int)reader.TokenStartIndex, End = (int)reader.BytesConsumed, Text = text, Parent = parent, Key = key };

    private SourceNode? ReadObject(ref Utf8JsonReader reader, SourceNode? parent, string key)
    {
        SourceNode node = new() { Source = source, Kind = SourceKind.Object, Start = (int)reader.TokenStartIndex, Parent = parent, Key = key };
        if (IsTooDeep(ref reader, node))
        {
            return null;
        }
        HashSet<string> keys = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int keyStart = (int)reader.TokenStartIndex;
            if (!ReadText(ref reader, out string name))
            {
                return null;
            }
            _ = reader.Read();
            if (ReadValue(ref reader, node, name) is not { } value)
            {
                return null;
            }
            if (keys.Add(name))
            {
                node.Members.Add(new SourceMember(name, keyStart, value));
            }
            else
            {
                errors.Add(source, keyStart, value.Pointer, ModelingErrors.DuplicateKey.With(name));
            }
        }
        node.End = (int)reader.BytesConsumed;
        return node;
    }

    private SourceNode? ReadArray(ref Utf8JsonReader reader, SourceNode? parent, string key)
    {
        SourceNode node = new() { Source = source, Kind = SourceKind.Array, Start = (int)reader.TokenStartIndex, Parent = parent, Key = key };
        if (IsTooDeep(ref reader, node))
        {
            return null;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            string index = node.Items.Count.ToString(CultureInfo.InvariantCulture);
            if (ReadValue(ref reader, node, index) is not { } item)
            {
                return null;
            }
            node.Items.Add(item);
        }
        node.End = (int)reader.BytesConsumed;
        return node;
    }

    private bool IsTooDeep(ref Utf8JsonReader reader, SourceNode node)
    {
        if (reader.CurrentDepth < MaxDepth)
        {
            return false;
        }
        errors.Add(source, node.Start, null, ModelingErrors.TooDeep.With(MaxDepth));
        return true;
    }

    /// <summary>The unescaped text of a string or key; the reader itself does not check its Unicode.</summary>
    private bool ReadText(ref Utf8JsonReader reader, out string text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // GetString's way to say: invalid UTF-8 or an unpaired surrogate.
            text = "";
            errors.Add(source, (int)reader.TokenStartIndex, null, ModelingErrors.InvalidText.With("invalid UTF-8 or an unpaired surrogate."));
            return false;
        }
    }

    private static string Sentence(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
