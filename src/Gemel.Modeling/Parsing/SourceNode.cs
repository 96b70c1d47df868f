namespace Gemel.Modeling;

internal enum SourceKind
{
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

/// <summary>A JSON value that knows its place in its document.</summary>
internal sealed class SourceNode
{
    public required SourceText Source { get; init; }

    public required SourceKind Kind { get; init; }

    /// <summary>Offset of the first byte.</summary>
    public required int Start { get; init; }

    /// <summary>Offset after the last byte.</summary>
    public int End { get; set; }

    /// <summary>The text of a string, the digits of a number, <c>true</c> or <c>false</c>; else empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>Members of an object in their order, each key once.</summary>
    public List<SourceMember> Members { get; } = [];

    public List<SourceNode> Items { get; } = [];

    /// <summary>The object or array around it; null at the top of the document.</summary>
    public required SourceNode? Parent { get; init; }

    /// <summary>Key within the object, or index within the array, around it; empty at the top.</summary>
    public required string Key { get; init; }

    /// <summary>JSON pointer (RFC 6901) from the top of the document. Made when asked for: a pointer kept at every node would
    /// let a long key cost its length at each of its descendants.</summary>
    public string Pointer => Parent is null ? "" : $"{Parent.Pointer}/{Escape(Key)}";

    public TextPosition Position => Source.At(Start);

    public ReadOnlyMemory<byte> Raw => Source.Utf8[Start..End];

    public bool IsString => Kind == SourceKind.String;

    public SourceNode? Find(string key)
    {
        foreach (SourceMember member in Members)
        {
            if (member.Key == key)
            {
                return member.Value;
            }
        }
        return null;
    }

    /// <summary>The node's items where it is an array, else the node itself.</summary>
    public IReadOnlyList<SourceNode> AsList() => Kind == SourceKind.Array ? Items : [this];

    /// <summary>What it is, for a message: <c>the string 'x'</c>, <c>an object</c>.</summary>
    public string Describe() => Kind switch
    {
        SourceKind.Object => "an object",
        SourceKind.Array => Items.Count == 0 ? "an empty array" : "an array",
        SourceKind.String => $"the string '{Shorten(Text)}'",
        SourceKind.Number => $"the number {Shorten(Text)}",
        SourceKind.Boolean => Text,
        _ => "null",
    };

    private static string Escape(string key) =>
        key.AsSpan().ContainsAny('~', '/') ? key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : key;

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
}

/// <param name="KeyStart">Offset of the key's opening quote.</param>
internal readonly record struct SourceMember(string Key, int KeyStart, SourceNode Value);
