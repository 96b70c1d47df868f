namespace Gemel.Ingest;

/// <summary>Reads the rules of a mapping one by one, and sees to it that each can be reached.</summary>
/// <param name="defaultTwin">The mapping's own template; null where it has none.</param>
/// <param name="noValue">The mapping's own list.</param>
/// <param name="timeTag">The tag that carries the time; null where there is none.</param>
/// <param name="hasFile">The mapping has a <c>source</c>, so <c>{file}</c> is known.</param>
internal sealed class RuleReader(string? defaultTwin, IReadOnlyList<string> noValue, string? timeTag, bool hasFile)
{
    private readonly Dictionary<(string? Topic, string Selector), int> _tags = [];
    private readonly Dictionary<(string? Topic, string? Selector), int> _patterns = [];
    private int _rules;

    public MappingRule Read(YamlSection section)
    {
        section.RefuseUnknown(["tag", "pattern", "topic", "twin", "path", "ignore", .. ConversionReader.Members]);
        TagPattern? topic = ReadPattern(section, "topic");
        TagPattern? pattern = ReadPattern(section, "pattern");
        string? tag = section.Text("tag");
        CheckSelector(section, tag, pattern, topic);
        bool isIgnored = section.Boolean("ignore", absent: false);
        string[] beside = ["twin", "path", .. ConversionReader.Members];
        foreach (string member in isIgnored ? beside.Where(section.Has) : [])
        {
            section.Invalid(member, "none beside 'ignore'");
        }
        bool isWhole = section.Has("topic") && !section.Has("tag") && !section.Has("pattern");
        if (isWhole && !section.Has("path"))
        {
            foreach (string member in ConversionReader.Members.Where(section.Has))
            {
                section.Invalid(member, "none without 'path'");
            }
        }
        string[] names = [.. topic?.Names ?? [], .. pattern?.Names ?? [], "device", .. hasFile ? ["file"] : (string[])[]];
        return new MappingRule(
            _rules++, tag, pattern, topic,
            isIgnored ? null : ReadTemplate(section, "twin", section.Text("twin") ?? defaultTwin, names),
            isIgnored || (isWhole && !section.Has("path")) ? null : ReadTemplate(section, "path", section.Text("path"), names),
            isIgnored, ConversionReader.Read(section, noValue));
    }

    private static TagPattern? ReadPattern(YamlSection section, string member) =>
        section.Text(member) is { } text ? section.Take(member, TagPattern.Parse(text)) : null;

    private static TextTemplate? ReadTemplate(YamlSection section, string member, string? text, string[] names)
    {
        if (text is null)
        {
            section.Require(member);
            return null;
        }
        return section.Take(member, TextTemplate.Parse(text, names));
    }

    private void CheckSelector(YamlSection section, string? tag, TagPattern? pattern, TagPattern? topic)
    {
        bool hasNone = !section.Has("tag") && !section.Has("pattern") && !section.Has("topic");
        if (hasNone || (section.Has("tag") && section.Has("pattern")))
        {
            section.Invalid("tag", "either 'tag' or 'pattern', or a 'topic'");
            return;
        }
        if (topic is not null && pattern is not null && topic.Names.Intersect(pattern.Names).FirstOrDefault() is { } twice)
        {
            section.Refuse("pattern", IngestErrors.InvalidPattern.With(pattern.Text, $"uses '{{{twice}}}', as the topic does"));
        }
        if (tag is not null)
        {
            CheckTag(section, tag, topic?.Shape);
        }
        else if ((pattern is not null || topic is not null) && !_patterns.TryAdd((topic?.Shape, pattern?.Shape), section.Line))
        {
            section.Refuse(
                pattern is null ? "topic" : "pattern",
                IngestErrors.UnreachableRule.With((pattern ?? topic)!.Text, _patterns[(topic?.Shape, pattern?.Shape)]));
        }
    }

    private void CheckTag(YamlSection section, string tag, string? topic)
    {
        if (tag == timeTag)
        {
            section.Invalid("tag", "another one than 'time.tag'");
        }
        if (!_tags.TryAdd((topic, tag), section.Line))
        {
            section.Refuse("tag", IngestErrors.DuplicateTag.With(tag));
        }
    }
}
