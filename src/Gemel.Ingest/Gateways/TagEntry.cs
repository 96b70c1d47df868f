using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>What the mapping makes of one tag, kept from message to message.</summary>
internal sealed class TagEntry(byte[] nameUtf8, string name, TagKind kind)
{
    public byte[] NameUtf8 { get; } = nameUtf8;

    /// <summary>The name stands in JSON as it is, without escapes.</summary>
    public bool HasPlainName { get; } = PlainObjectReader.IsPlainName(nameUtf8);

    public string Name { get; } = name;

    public TagKind Kind { get; } = kind;

    /// <summary>The tag that came after this one the last time: most messages of a gateway have one order.</summary>
    public TagEntry? Next { get; set; }

    /// <summary>Why there is no target; only of <see cref="TagKind.Refused"/>.</summary>
    public GemelError? Refusal { get; init; }

    public MappingRule? Rule { get; init; }

    /// <summary>Id that the rule's template gave; only of <see cref="TagKind.Target"/>.</summary>
    public string TwinId { get; init; } = "";

    /// <summary>Path that the rule's template gave; only of <see cref="TagKind.Target"/>.</summary>
    public string Path { get; init; } = "";

    // What follows is found when a value comes, and holds while the twin is live and the bindings are the same.

    public object? Bindings { get; set; }

    public TwinGroup? Group { get; set; }

    public TagConversion? Conversion { get; set; }

    /// <summary>A number is taken as it comes, or scaled, into a column of doubles.</summary>
    public bool TakesPlainNumbers => Deadband is null && Conversion is { IsAtMostScaled: true, Column.Kind: ValueKind.Double };

    /// <summary>Null where the rule has no deadband, or the path no numbers.</summary>
    public DeadbandCell? Deadband { get; set; }
}

internal enum TagKind : byte
{
    Target,
    /// <summary>Carries the time of the object.</summary>
    Time,
    Ignored,
    /// <summary>No rule fits, or the rule gives no target.</summary>
    Refused,
}

/// <summary>A twin that tags go to, and what the present object has brought it.</summary>
internal sealed class TwinGroup(Twin twin, int shard)
{
    public Twin Twin { get; } = twin;

    public int Shard { get; } = shard;

    /// <summary>Number of the object that the rest is about.</summary>
    public long Object { get; set; }

    /// <summary>Its first and last staged sample of the object.</summary>
    public int First { get; set; }

    public int Last { get; set; }

    public ColumnSet Columns { get; } = new();
}
