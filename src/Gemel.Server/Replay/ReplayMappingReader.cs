using System.Text.Json;
using System.Xml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gemel.Server.Replay;

/// <summary>Reads mappings for files: YAML or JSON, all errors at once.</summary>
internal sealed class ReplayMappingReader
{
    private static readonly string[] TimeFormats = ["rfc3339", "unixSeconds", "unixMilliseconds", "unixMicroseconds", "unixNanoseconds"];
    private static readonly string[] ConversionMembers = ["values", "scale", "offset", "unit", "type", "deadband", "maxInterval", "noValue"];
    private static readonly string[] ImplicitNames = ["device", "file"];

    private readonly string _document;
    private readonly List<GemelError> _errors = [];

    private ReplayMappingReader(string document) => _document = document;

    /// <param name="document">Name of the file, for positions.</param>
    public static Outcome<ReplayMapping> Read(string text, string document)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? new ReplayMappingReader(document).Read(root)
                : ServerErrors.MalformedMapping.With("it is not one object.").At(new TextPosition(document, 1, 1));
        }
        catch (YamlException e)
        {
            return ServerErrors.MalformedMapping.With(e.Message).At(new TextPosition(document, (int)e.Start.Line, (int)e.Start.Column));
        }
    }

    private Outcome<ReplayMapping> Read(YamlMappingNode root)
    {
        var section = new YamlSection(root, _document, "the mapping", _errors);
        section.RefuseUnknown("mapping", "version", "description", "twin", "time", "unmatched", "noValue", "source", "rules");
        section.Require("mapping");
        section.Require("rules");
        if (section.Text("version") != "1")
        {
            section.Invalid("version", "1");
        }
        IReadOnlyList<string> noValue = section.TextList("noValue") ?? [];
        TimeColumn? time = section.Section("time") is { } timeSection ? ReadTime(timeSection) : null;
        // Rules with a topic are for messages of foreign brokers; the server checks them.
        var rules = section.Sections("rules", "a rule").Where(rule => !rule.Has("topic")).Select(rule => ReadRule(rule, section.Text("twin"), noValue)).ToList();
        foreach (IGrouping<string?, ReplayRule> twice in rules.Where(r => r.Tag is not null).GroupBy(r => r.Tag).Where(g => g.Count() > 1))
        {
            _errors.Add(ServerErrors.DuplicateTag.With(twice.Key));
        }
        var mapping = new ReplayMapping(
            section.Text("mapping") ?? "",
            section.Section("source") is { } source ? ReadCsv(source) : CsvFormat.Default,
            time,
            section.Text("unmatched", "reject", "ignore") == "ignore",
            rules);
        return _errors.Count == 0 ? mapping : Outcome<ReplayMapping>.Failure(_errors);
    }

    private static CsvFormat ReadCsv(YamlSection section)
    {
        section.RefuseUnknown("format", "delimiter", "quote", "header", "encoding", "decimal", "skip", "comment", "empty");
        section.Require("format");
        section.Text("format", "csv");
        CsvFormat standard = CsvFormat.Default;
        double skip = section.Number("skip") ?? 0;
        if (skip < 0 || skip != Math.Floor(skip))
        {
            section.Invalid("skip", "a number of lines");
        }
        var format = new CsvFormat(
            section.Character("delimiter") ?? standard.Delimiter,
            section.Character("quote") ?? standard.Quote,
            section.Boolean("header", absent: true),
            section.Text("encoding", "utf-8", "latin1") == "latin1",
            section.Text("decimal", ".", ",") == "," ? ',' : '.',
            (int)Math.Clamp(skip, 0, int.MaxValue),
            section.Character("comment"),
            section.Text("empty", "skip", "null") == "null");
        if (format.Delimiter == format.Quote || format.Delimiter == format.Comment || format.Quote == format.Comment)
        {
            section.Invalid("delimiter", "another character than quote and comment");
        }
        return format;
    }

    private static TimeColumn ReadTime(YamlSection section)
    {
        section.RefuseUnknown("tag", "format", "zone");
        section.Require("tag");
        string format = section.Text("format") ?? "rfc3339";
        bool isPattern = "yMdH".All(format.Contains) || "yMdh".All(format.Contains);
        if (!TimeFormats.Contains(format) && !isPattern)
        {
            section.Invalid("format", $"{string.Join(", ", TimeFormats)}, or a pattern with year, month, day and hour");
        }
        string zone = section.Text("zone") ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found))
        {
            section.Invalid("zone", "an IANA name such as 'Europe/Berlin'");
        }
        return new TimeColumn(section.Text("tag") ?? "", format, found ?? TimeZoneInfo.Utc);
    }

    private ReplayRule ReadRule(YamlSection section, string? defaultTwin, IReadOnlyList<string> noValue)
    {
        section.RefuseUnknown(["tag", "pattern", "twin", "path", "ignore", .. ConversionMembers]);
        if (section.Has("tag") == section.Has("pattern"))
        {
            section.Invalid("tag", "either 'tag' or 'pattern'");
        }
        TagPattern? pattern = section.Text("pattern") is { } text ? section.Take("pattern", TagPattern.Parse(text)) : null;
        string[] names = [.. pattern?.Names ?? [], .. ImplicitNames];
        bool isIgnored = section.Boolean("ignore", absent: false);
        string[] beside = ["twin", "path", .. ConversionMembers];
        foreach (string member in isIgnored ? beside.Where(section.Has) : [])
        {
            section.Invalid(member, "none beside 'ignore'");
        }
        return new ReplayRule(
            section.Text("tag"), pattern,
            isIgnored ? null : ReadTemplate(section, "twin", section.Text("twin") ?? defaultTwin, names),
            isIgnored ? null : ReadTemplate(section, "path", section.Text("path"), names),
            isIgnored, ReadConversion(section, noValue));
    }

    private static TextTemplate? ReadTemplate(YamlSection section, string member, string? text, string[] names)
    {
        if (text is null)
        {
            section.Require(member);
            return null;
        }
        return section.Take(member, TextTemplate.Parse(text, names));
    }

    private static ValueConversion ReadConversion(YamlSection section, IReadOnlyList<string> noValue)
    {
        double? scale = section.Number("scale");
        double? offset = section.Number("offset");
        bool isLinear = scale is not null || offset is not null;
        double deadband = section.Number("deadband") ?? 0;
        if (scale == 0)
        {
            section.Invalid("scale", "a number other than 0");
        }
        if (deadband < 0)
        {
            section.Invalid("deadband", "0 or more");
        }
        if (isLinear && section.Has("values"))
        {
            section.Invalid("values", "none beside 'scale' or 'offset'");
        }
        return new ValueConversion
        {
            Replacements = section.Section("values") is { } values ? ReadReplacements(section, values) : null,
            Linear = isLinear ? (scale ?? 1, offset ?? 0) : null,
            Unit = section.Text("unit"),
            Type = Enum.Parse<CellType>(section.Text("type", "number", "text", "boolean") ?? nameof(CellType.Guess), ignoreCase: true),
            NoValue = section.TextList("noValue") ?? noValue,
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
            if (duration > TimeSpan.Zero && section.Has("deadband"))
            {
                return duration;
            }
        }
        catch (FormatException)
        {
            section.Invalid(member, "an ISO 8601 duration such as 'PT1M'");
            return null;
        }
        section.Invalid(member, "a duration above zero beside a 'deadband'");
        return null;
    }

    private static Dictionary<string, string> ReadReplacements(YamlSection rule, YamlSection values)
    {
        var replacements = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value, bool isPlain) in values.Scalars())
        {
            bool isLiteral = isPlain && (value is "true" or "false" or "null" || JsonNumber.TryRead(value, '.', out _));
            if (!replacements.TryAdd(ValueConversion.KeyOf(key), isLiteral ? value : JsonSerializer.Serialize(value)))
            {
                rule.Invalid("values", $"'{key}' only once");
            }
        }
        if (replacements.Count == 0)
        {
            rule.Invalid("values", "at least one");
        }
        return replacements;
    }
}
