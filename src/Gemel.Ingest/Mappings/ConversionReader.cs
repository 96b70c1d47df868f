using System.Collections.Frozen;
using System.Text.Json;
using System.Xml;

namespace Gemel.Ingest;

/// <summary>Reads the conversion of a rule.</summary>
internal static class ConversionReader
{
    /// <summary>The members of a rule that say how its values are converted.</summary>
    public static readonly string[] Members = ["values", "scale", "offset", "unit", "type", "deadband", "maxInterval", "noValue"];

    /// <param name="noValue">The mapping's list, for rules without their own.</param>
    public static ValueConversion Read(YamlSection section, IReadOnlyList<string> noValue)
    {
        double? scale = section.Number("scale");
        double? offset = section.Number("offset");
        double deadband = section.Number("deadband") ?? 0;
        if (scale == 0)
        {
            section.Invalid("scale", "a number other than 0");
        }
        if (deadband < 0)
        {
            section.Invalid("deadband", "0 or more");
        }
        if (section.Has("values") && (section.Has("scale") || section.Has("offset")))
        {
            section.Invalid("values", "none beside 'scale' or 'offset'");
        }
        string? unit = section.Text("unit");
        if (unit is not null && !Units.IsKnown(unit))
        {
            section.Invalid("unit", "a unit of DTDL, such as 'degreeCelsius'");
        }
        string? type = section.Word("type", "number", "text", "boolean");
        return new ValueConversion
        {
            Replacements = section.Section("values") is { } values ? ReadReplacements(section, values) : null,
            Linear = scale is null && offset is null ? null : (scale ?? 1, offset ?? 0),
            Unit = unit,
            Type = Enum.Parse<CellType>(type ?? nameof(CellType.Guess), ignoreCase: true),
            NoValue = (section.TextList("noValue") ?? noValue).ToFrozenSet(StringComparer.Ordinal),
            Deadband = deadband,
            MaxInterval = ReadDuration(section, "maxInterval"),
        };
    }

    private static TimeSpan? ReadDuration(YamlSection section, string member)
    {
        if (section.Text(member) is not { } text)
        {
            return null;
        }
        try
        {
            TimeSpan duration = XmlConvert.ToTimeSpan(text);
            if (duration <= TimeSpan.Zero || !section.Has("deadband"))
            {
                section.Invalid(member, "a duration above zero beside a 'deadband'");
            }
            return duration;
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            section.Invalid(member, "an ISO 8601 duration such as 'PT1M'");
            return null;
        }
    }

    private static FrozenDictionary<string, string> ReadReplacements(YamlSection rule, YamlSection values)
    {
        var replacements = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value, bool isPlain) in values.Scalars())
        {
            string number = "";
            bool isLiteral = isPlain && (value is "true" or "false" or "null" || JsonNumber.TryRead(value, '.', out number));
            string json = !isLiteral ? JsonSerializer.Serialize(value) : number.Length > 0 ? number : value;
            if (!replacements.TryAdd(ValueConversion.KeyOf(key), json))
            {
                rule.Invalid("values", $"'{key}' only once");
            }
        }
        if (replacements.Count == 0)
        {
            rule.Invalid("values", "at least one");
        }
        return replacements.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
