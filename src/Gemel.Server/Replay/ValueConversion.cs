using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Gemel.Server.Replay;

/// <summary>From the text of a cell to the JSON of a value: docs/reference/mapping.md, 'From raw to value'.</summary>
internal sealed record ValueConversion
{
    /// <summary>The key of <see cref="Replacements"/> that stands for every raw value not listed.</summary>
    public const string AnyKey = "*";

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

    public TimeSpan? MaxInterval { get; init; }

    /// <summary>The form under which a raw text is looked up: a number's shortest form, else the text itself.</summary>
    public static string KeyOf(string raw) =>
        JsonNumber.TryRead(raw, decimalMark: '.', out string number) ? JsonNumber.Shortest(number) : raw;

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
            string key = isNumber ? JsonNumber.Shortest(number) : raw;
            json = Replacements.GetValueOrDefault(key) ?? Replacements.GetValueOrDefault(AnyKey);
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
        if (Linear is not { } linear)
        {
            return number;
        }
        double value = (double.Parse(number, CultureInfo.InvariantCulture) * linear.Scale) + linear.Offset;
        return double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : null;
    }
}

/// <summary>What a cell's text is read as.</summary>
internal enum CellType
{
    /// <summary>A number where it reads as one, <c>true</c> and <c>false</c> as booleans, else text.</summary>
    Guess,
    Number,
    Text,
    Boolean,
}
