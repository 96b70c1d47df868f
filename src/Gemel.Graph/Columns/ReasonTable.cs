using System.Text;

namespace Gemel.Graph;

/// <summary>The reasons of one shard as small numbers.</summary>
/// <remarks>Bounded: beyond <see cref="Capacity"/> different texts, and for longer ones than <see cref="MaxBytes"/>, the reason
/// is <c>other</c>, so that no device can fill the memory. The codes are the shard's own and never stored.</remarks>
internal sealed class ReasonTable
{
    public const int Capacity = 4096;
    public const int MaxBytes = 128;

    public const ushort None = 0;
    public const ushort Other = 1;
    public const ushort Clock = 2;
    public const ushort NoValue = 3;

    private readonly List<string> _names = ["", "other", QualityNames.Clock, QualityNames.NoValue, QualityNames.Invalid, QualityNames.CommLost, QualityNames.Restarted, QualityNames.Stale];
    private readonly List<byte[]> _utf8 = [];
    private readonly Dictionary<string, ushort> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public ReasonTable()
    {
        for (ushort code = 0; code < _names.Count; code++)
        {
            _codes.Add(_names[code], code);
            _utf8.Add(Encoding.UTF8.GetBytes(_names[code]));
        }
        _bySpan = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string? Name(ushort code) => code == None ? null : _names[code];

    public ReadOnlySpan<byte> Utf8(ushort code) => _utf8[code];

    public ushort Code(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
        {
            return Other;
        }
        Span<char> text = stackalloc char[MaxBytes];
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        return _bySpan.TryGetValue(text, out ushort code) ? code : Add(text.ToString());
    }

    public ushort Code(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return None;
        }
        return _codes.TryGetValue(name, out ushort code) ? code : Encoding.UTF8.GetByteCount(name) > MaxBytes ? Other : Add(name);
    }

    private ushort Add(string name)
    {
        if (_names.Count >= Capacity)
        {
            return Other;
        }
        ushort code = (ushort)_names.Count;
        _names.Add(name);
        _utf8.Add(Encoding.UTF8.GetBytes(name));
        _codes.Add(name, code);
        return code;
    }
}
