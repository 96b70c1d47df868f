using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>A rule's conversion prepared for the column that it brings values to: replacements are values of its schema already.</summary>
internal sealed class TagConversion
{
    private readonly Dictionary<double, Replacement> _byNumber = [];
    private readonly Dictionary<string, Replacement> _byText = new(StringComparer.Ordinal);
    private readonly Replacement? _other;

    public TagConversion(ValueConversion rule, Column column)
    {
        Rule = rule;
        Column = column;
        HasReplacements = rule.Replacements is not null;
        IsAtMostScaled = !HasReplacements && rule.Unit is null && rule.NoValue.Count == 0;
        IsPlain = IsAtMostScaled && rule.Linear is null;
        foreach ((string key, string json) in rule.Replacements ?? new Dictionary<string, string>())
        {
            Replacement replacement = Prepare(json, column);
            if (key == ValueConversion.AnyKey)
            {
                _other = replacement;
            }
            else if (JsonNumber.TryRead(key, '.', out string number))
            {
                _byNumber[double.Parse(number, CultureInfo.InvariantCulture)] = replacement;
            }
            else
            {
                _byText[key] = replacement;
            }
        }
    }

    public ValueConversion Rule { get; }

    public Column Column { get; }

    public bool HasReplacements { get; }

    /// <summary>Nothing is to be done but reading a text as a number, and perhaps scale and offset.</summary>
    public bool IsAtMostScaled { get; }

    /// <summary>Nothing is to be done but reading a text as a number.</summary>
    public bool IsPlain { get; }

    /// <returns>Null where the value is not listed.</returns>
    public Replacement? Find(double number) => _byNumber.GetValueOrDefault(number) ?? _other;

    /// <inheritdoc cref="Find(double)"/>
    public Replacement? Find(string text)
    {
        return JsonNumber.TryRead(text, '.', out string number)
            ? Find(double.Parse(number, CultureInfo.InvariantCulture))
            : _byText.GetValueOrDefault(text) ?? _other;
    }

    private static Replacement Prepare(string json, Column column)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json);
        Utf8JsonReader reader = new(utf8);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return new Replacement(json, SampleForm.None, 0, [], null);
        }
        if (column.Schema is EnumSchema choice && reader.TokenType == JsonTokenType.String && IndexOfName(choice, reader.GetString()!) is >= 0 and int index)
        {
            return new Replacement(json, SampleForm.Bits, index, [], null);
        }
        ArrayBufferWriter<byte> text = new();
        ValueReader.TryRead(ref reader, column.Schema, text, out ValueKind kind, out long bits, out GemelError? error);
        return kind is ValueKind.Text or ValueKind.Json
            ? new Replacement(json, SampleForm.Text, 0, text.WrittenSpan.ToArray(), error)
            : new Replacement(json, SampleForm.Bits, bits, [], error);
    }

    private static int IndexOfName(EnumSchema choice, string name)
    {
        for (int i = 0; i < choice.Values.Length; i++)
        {
            if (choice.Values[i].Name == name)
            {
                return i;
            }
        }
        return -1;
    }
}

/// <summary>What stands in for a raw value.</summary>
/// <param name="Json">As the mapping has it.</param>
/// <param name="Error">Why it does not fit the schema; null where it does.</param>
internal sealed record Replacement(string Json, SampleForm Form, long Bits, byte[] Text, GemelError? Error);
