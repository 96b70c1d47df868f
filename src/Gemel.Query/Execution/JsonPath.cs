using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>Finds a member within JSON that was checked when it was stored.</summary>
internal sealed class JsonPath(ImmutableArray<string> names)
{
    // What is stored nests no deeper than this; the engine's writes see to that.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The JSON of the member; empty where it is not there.</summary>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, Options);
        reader.Read();
        foreach (byte[] name in _names)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !TryEnter(ref reader, name))
            {
                return default;
            }
        }
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    /// <summary>A piece of JSON as a value.</summary>
    /// <param name="json">One value; empty for none.</param>
    /// <param name="scratch">Holds a string's characters where it has escapes.</param>
    public static Scalar ValueOf(ReadOnlySpan<byte> json, Scratch scratch)
    {
        if (json.IsEmpty)
        {
            return default;
        }
        Utf8JsonReader reader = new(json, Options);
        reader.Read();
        return ValueOf(ref reader, json, scratch);
    }

    /// <summary>Whether an array has an element that equals a value; objects and arrays in it equal nothing.</summary>
    public static bool Contains(ReadOnlySpan<byte> array, in Scalar wanted, Scratch scratch)
    {
        Utf8JsonReader reader = new(array, Options);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ScalarComparison.Compare(Syntax.Comparison.Equal, ValueOf(ref reader, array, scratch), wanted) == Truth.True)
            {
                return true;
            }
            reader.Skip();
        }
        return false;
    }

    private static bool TryEnter(ref Utf8JsonReader reader, byte[] name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isWanted = reader.ValueTextEquals(name);
            reader.Read();
            if (isWanted)
            {
                return true;
            }
            reader.Skip();
        }
        return false;
    }

    private static Scalar ValueOf(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json, Scratch scratch)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when !reader.ValueIsEscaped:
                return Scalar.OfText(reader.ValueSpan);
            case JsonTokenType.String:
                Span<byte> bytes = scratch.Bytes(reader.ValueSpan.Length);
                return Scalar.OfText(bytes[..reader.CopyString(bytes)]);
            case JsonTokenType.Number:
                return reader.TryGetInt64(out long whole) ? Scalar.Of(whole) : Scalar.Of(reader.GetDouble());
            case JsonTokenType.True or JsonTokenType.False:
                return Scalar.Of(reader.TokenType == JsonTokenType.True);
            case JsonTokenType.Null:
                return Scalar.Of(ScalarKind.Null);
            default:
                return new Scalar(reader.TokenType == JsonTokenType.StartObject ? ScalarKind.Object : ScalarKind.Array, 0, json);
        }
    }
}
