using System.Text;
using YamlDotNet.RepresentationModel;

namespace Gemel.Ingest;

/// <summary>Reads mappings: YAML or JSON after docs/reference/mapping.md, all errors at once (the first hundred, and a count of the rest), each with its place.</summary>
public sealed class MappingReader
{
    public const int MaxBytes = 1 << 20;
    public const int MaxRules = 100_000;

    private readonly string _document;
    private readonly MappingFaults _faults = new();

    private MappingReader(string document) => _document = document;

    /// <param name="document">Name of the file or mapping, for positions.</param>
    public static Outcome<Mapping> Read(ReadOnlySpan<byte> utf8, string document)
    {
        if (utf8.Length > MaxBytes)
        {
            return IngestErrors.MappingTooLarge.With($"{utf8.Length} bytes", MaxBytes);
        }
        return System.Text.Unicode.Utf8.IsValid(utf8)
            ? ReadText(Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF'), document)
            : IngestErrors.MalformedMapping.With("it is not UTF-8.").At(new TextPosition(document, 1, 1));
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string)"/>
    public static Outcome<Mapping> Read(string text, string document) => Read(Encoding.UTF8.GetBytes(text), document);

    private static Outcome<Mapping> ReadText(string text, string document)
    {
        Outcome<YamlMappingNode> read = YamlGate.Read(text, document);
        return read.TryGetValue(out YamlMappingNode? root)
            ? new MappingReader(document).Read(root)
            : Outcome<Mapping>.Failure(read.Errors);
    }

    private Outcome<Mapping> Read(YamlMappingNode root)
    {
        var section = new YamlSection(root, _document, "the mapping", _faults);
        section.RefuseUnknown("mapping", "version", "description", "twin", "time", "unmatched", "noValue", "source", "rules");
        section.Require("rules");
        string name = ReadName(section);
        if (section.Number("version") != 1)
        {
            section.Invalid("version", "1");
        }
        section.Text("description");
        CsvFormat? source = section.Section("source") is { } file ? CsvFormatReader.Read(file) : null;
        TimeTag? time = section.Section("time") is { } timeSection ? ReadTime(timeSection) : null;
        bool isUnmatchedIgnored = section.Word("unmatched", "reject", "ignore") == "ignore";
        var reader = new RuleReader(section.Text("twin"), section.TextList("noValue") ?? [], time?.Tag, hasFile: source is not null);
        IReadOnlyList<MappingRule> rules = ReadRules(section, reader);
        return _faults.Any
            ? Outcome<Mapping>.Failure(_faults.InOrder())
            : new Mapping(name, source, time, isUnmatchedIgnored, rules);
    }

    private static string ReadName(YamlSection section)
    {
        section.Require("mapping");
        string? name = section.Text("mapping");
        if (name is not null && (!IdRules.IsValid(name, out _) || name.Contains('/', StringComparison.Ordinal)))
        {
            section.Invalid("mapping", "an id without '/'");
        }
        return name ?? "";
    }

    private static List<MappingRule> ReadRules(YamlSection section, RuleReader reader)
    {
        int count = section.CountOf("rules");
        if (count > MaxRules)
        {
            section.Refuse("rules", IngestErrors.MappingTooLarge.With($"{count} rules", MaxRules));
            return [];
        }
        if (count == 0)
        {
            section.Invalid("rules", "at least one rule");
        }
        return [.. section.Sections("rules", "a rule").Select(reader.Read)];
    }

    private static TimeTag ReadTime(YamlSection section)
    {
        section.RefuseUnknown("tag", "format", "zone");
        section.Require("tag");
        string format = section.Text("format") ?? "rfc3339";
        if (!TimeTag.IsFormat(format))
        {
            section.Invalid("format", $"{string.Join(", ", TimeTag.NamedFormats)}, or a pattern with year, month, day and hour");
        }
        string zone = section.Text("zone") ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found))
        {
            section.Invalid("zone", "an IANA name such as 'Europe/Berlin'");
        }
        return new TimeTag(section.Text("tag") ?? "", format, found ?? TimeZoneInfo.Utc);
    }
}
