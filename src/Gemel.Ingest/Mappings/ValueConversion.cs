using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Gemel.Ingest;

/// <summary>From a raw value to the value of a property: docs/reference/mapping.md, 'From raw to value'.</summary>
public sealed record ValueConversion
{
    /// <summary>The key of <see cref="Replacements"/> that stands for every raw value not listed.</summary>
    public const string AnyKey = "*";

    /// <summary>A rule that converts nothing.</summary>
    public static ValueConversion None { get; } = new();

    /// <summary>Key to JSON text; keys in the form of <see cref="KeyOf"/>. Null: no replacement.</summary>
    public IReadOnlyDictionary<string, string>? Replacements { get; init; }

    /// <summary>Null where neither scale nor offset is given: the digits stay as they are.</summary>
    public (double Scale, double Offset)? Linear { get; init; }

    /// <summary>Null: the model's.</summary>
    public string? Unit { get; init; }

    public CellType Type { get; init; }

    /// <summary>Raw texts without value.</summary>
    public IReadOnlyCollection<string> NoValue { get; init; } = [];

    /// <summary>0: none.</summary>
    public double Deadband { get; init; }

    /// <summary>Longest silence that the deadband may cause; null: no bound.</summary>
    public TimeSpan? MaxInterval { get; init; }

    /// <summary>The form under which a raw text is looked up: a number's shortest form, else the text itself.</summary>
    public static string KeyOf(string raw) =>
        JsonNumber.TryRead(raw, decimalMark: '.', out string number) ? JsonNumber.Shortest(number) : raw;

    /// <summary>What <c>values</c> makes of a raw value.</summary>
    /// <param name="key">As of <see cref="KeyOf"/>.</param>
    /// <returns>JSON text; null where the value is not listed.</returns>
    public string? Replacement(string key) => Replacements?.GetValueOrDefault(key) ?? Replacements?.GetValueOrDefault(AnyKey);

    /// <summary>Reads the text of a file's cell.</summary>
    /// <param name="json">The value as JSON text, without unit; <c>null</c> where there is none.</param>
    /// <param name="problem">Why not, as the end of a sentence; empty where it could be read.</param>
    public bool TryConvert(string raw, CsvFormat format, [NotNullWhen(true)] out string? json, out string problem)
    {
        problem = "";
        if (NoValue.Contains(raw) || (raw.Length == 0 && format.IsEmptyNull))
        {
            json = "null";
            return true;
        }
        bool isNumber = JsonNumber.TryRead(raw, format.Decimal, out string number);
        if (Replacements is not null)
        {
            json = Replacement(isNumber ? JsonNumber.Shortest(number) : raw);
            problem = json is null ? "it is not among the rule's 'values'" : "";
            return json is not null;
        }
        bool wantsNumber = Linear is not null || Type == CellType.Number || (Type == CellType.Guess && isNumber);
        if (!wantsNumber)
        {
            return TryConvertOther(raw, out json, out problem);
        }
        json = isNumber ? Scaled(number) : null;
        problem = json is null ? "it is not a finite number" : "";
        return json is not null;
    }

    /// <summary><c>raw × scale + offset</c>, rounded once per operation; the value itself where neither is given.</summary>
    public double Scale(double raw) => Linear is { } linear ? (raw * linear.Scale) + linear.Offset : raw;

    private bool TryConvertOther(string raw, out string? json, out string problem)
    {
        bool isBoolean = raw is "true" or "false";
        bool asBoolean = Type == CellType.Boolean || (Type == CellType.Guess && isBoolean);
        json = asBoolean ? (isBoolean ? raw : null) : JsonSerializer.Serialize(raw);
        problem = json is null ? "it is neither 'true' nor 'false'" : "";
        return json is not null;
    }

    private string? Scaled(string number)
    {
        if (Linear is null)
        {
            return number;
        }
        double value = Scale(double.Parse(number, CultureInfo.InvariantCulture));
        return double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : null;
    }
}
