using System.Text;

namespace Gemel.Cluster;

/// <summary>Reasons as strings, each made once: the same few come again and again.</summary>
internal sealed class ReasonNames
{
    private const int MaxKept = 4096;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <returns>Null where there is no reason.</returns>
    public string? Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return null;
        }
        Span<char> text = stackalloc char[utf8.Length];
        int length = Encoding.UTF8.GetChars(utf8, text);
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (names.TryGetValue(text[..length], out string? known))
        {
            return known;
        }
        string name = text[..length].ToString();
        if (_names.Count < MaxKept)
        {
            _names[name] = name;
        }
        return name;
    }
}
