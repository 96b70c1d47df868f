using System.Text;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Finds what a mapping makes of tags, and keeps it: from the second message on a tag costs one comparison.</summary>
/// <remarks>
/// Kept is what the mapping says for ever (rule, twin id, path) and what holds for a while: the twin, its column, the right to publish.
/// The latter is looked up again once the twin's form has ended (deleted, another model) or the bindings have changed.
/// </remarks>
internal sealed class TagResolver(IGatewayTargets targets, Mapping mapping, MappingScope scope, string? device, DeadbandMemory deadbands)
{
    // Above this the tags are made up anew for each message, and keeping them is of no use.
    private const int MaxEntries = 1 << 17;

    // A tag may be as long as a packet, so their number alone is no bound.
    private const long MaxTagBytes = 8 << 20;

    private const int NamesShown = 12;

    private readonly Dictionary<byte[], TagEntry> _entries = new(Utf8Comparer.Instance);
    private readonly Dictionary<TwinKey, TwinGroup> _groups = [];
    private readonly Dictionary<(int Rule, int Schema, int Column), TagConversion> _conversions = [];
    private long _tagBytes;

    /// <summary>Changes whenever an entry is to be aimed anew.</summary>
    public object Bindings => targets.Bindings;

    /// <summary>The tag that an object began with the last time.</summary>
    public TagEntry? First { get; set; }

    /// <summary>What the mapping says of a tag.</summary>
    /// <param name="before">The tag before it in the same object; null for the first.</param>
    public TagEntry Find(ReadOnlySpan<byte> tagUtf8, TagEntry? before)
    {
        if (before?.Next is { } guess && tagUtf8.SequenceEqual(guess.NameUtf8))
        {
            return guess;
        }
        if (!_entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(tagUtf8, out TagEntry? entry))
        {
            entry = Add(tagUtf8);
        }
        if (before is not null)
        {
            before.Next = entry;
        }
        return entry;
    }

    /// <summary>Sees to it that the entry's group and conversion are those of now.</summary>
    /// <param name="refusal">Why there is no target now.</param>
    public bool TryAim(TagEntry entry, out GemelError? refusal)
    {
        refusal = null;
        if (entry.Group is { Twin.IsLive: true } && ReferenceEquals(entry.Bindings, targets.Bindings))
        {
            return true;
        }
        refusal = Aim(entry);
        return refusal is null;
    }

    /// <summary>The entry of a rule that takes payloads as a whole.</summary>
    public TagEntry OfWholePayload(MappingMatch match, string topic) => Target(Encoding.UTF8.GetBytes(topic), topic, match, match.Rule.Path is null);

    private TagEntry Add(ReadOnlySpan<byte> tagUtf8)
    {
        if (_entries.Count >= MaxEntries || _tagBytes + tagUtf8.Length > MaxTagBytes)
        {
            _entries.Clear();
            _groups.Clear();
            _tagBytes = 0;
        }
        byte[] utf8 = tagUtf8.ToArray();
        _tagBytes += utf8.Length;
        return _entries[utf8] = Resolve(utf8);
    }

    private TagEntry Resolve(byte[] utf8)
    {
        string tag = Encoding.UTF8.GetString(utf8);
        if (mapping.Time?.Tag == tag)
        {
            return new TagEntry(utf8, tag, TagKind.Time);
        }
        if (scope.Find(tag) is not { } match)
        {
            return mapping.IsUnmatchedIgnored
                ? new TagEntry(utf8, tag, TagKind.Ignored)
                : Refused(utf8, tag, IngestErrors.UnmatchedTag.With(tag, mapping.Name));
        }
        return match.Rule.IsIgnored ? new TagEntry(utf8, tag, TagKind.Ignored) : Target(utf8, tag, match, isObject: false);
    }

    private TagEntry Target(byte[] utf8, string tag, MappingMatch match, bool isObject)
    {
        var names = new Dictionary<string, string>(match.Values, StringComparer.Ordinal);
        if (device is not null)
        {
            names["device"] = device;
        }
        string? twin = match.Rule.Twin!.Fill(names);
        string? path = isObject ? "" : match.Rule.Path!.Fill(names);
        if (twin is null || path is null)
        {
            return Refused(utf8, tag, IngestErrors.NoTarget.With(tag, "no device publishes, so there is no '{device}'"));
        }
        return IdRules.IsValid(twin, out string problem)
            ? new TagEntry(utf8, tag, TagKind.Target) { Rule = match.Rule, TwinId = twin, Path = path }
            : Refused(utf8, tag, IngestErrors.NoTarget.With(tag, $"the twin's id '{twin}' {problem}"));
    }

    private static TagEntry Refused(byte[] utf8, string tag, GemelError refusal) =>
        new(utf8, tag, TagKind.Refused) { Refusal = refusal.On(tag) };

    private GemelError? Aim(TagEntry entry)
    {
        entry.Group = null;
        object bindings = targets.Bindings;
        if (!targets.MayPublish(entry.TwinId))
        {
            return IngestErrors.NotBound.With(entry.TwinId).On(entry.Name);
        }
        if (targets.Find(entry.TwinId, out int shard) is not { } twin)
        {
            return IngestErrors.UnknownTwin.With(entry.TwinId).On(entry.Name);
        }
        if (entry.Rule!.Path is not null && !TryAimColumn(entry, twin))
        {
            string paths = string.Join(", ", twin.Schema.Columns.Take(NamesShown).Select(column => column.Path));
            return IngestErrors.UnknownPath.With(entry.Name, entry.Path, entry.TwinId, twin.Schema.Model, paths).On(entry.Name);
        }
        entry.Group = GroupOf(twin, shard);
        entry.Bindings = bindings;
        return null;
    }

    private bool TryAimColumn(TagEntry entry, Twin twin)
    {
        if (twin.Schema.FindPath(entry.Path) is not { } column)
        {
            return false;
        }
        MappingRule rule = entry.Rule!;
        (int Rule, int Schema, int Column) key = (rule.Number, twin.Schema.Id, column.Number);
        if (!_conversions.TryGetValue(key, out TagConversion? conversion))
        {
            _conversions[key] = conversion = new TagConversion(rule.Conversion, column);
        }
        entry.Conversion = conversion;
        entry.Deadband = rule.Conversion.Deadband > 0 && column.IsNumeric()
            ? deadbands.CellOf(new DeadbandKey(rule.Number, twin.Key, twin.Schema.Id, column.Number))
            : null;
        return true;
    }

    private TwinGroup GroupOf(Twin twin, int shard)
    {
        if (!_groups.TryGetValue(twin.Key, out TwinGroup? group) || !ReferenceEquals(group.Twin, twin))
        {
            _groups[twin.Key] = group = new TwinGroup(twin, shard);
        }
        return group;
    }
}
