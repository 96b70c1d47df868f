using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gemel.Mqtt.Protocol;

internal enum TopicKind
{
    /// <summary><c>twins/{id}/data</c></summary>
    TwinData,
    /// <summary><c>devices/{id}/data</c></summary>
    DeviceData,
    /// <summary>Well-formed, but none that clients publish to.</summary>
    Outside,
    /// <summary>The id's percent escapes are wrong.</summary>
    BadEscape,
    /// <summary>Not a topic name at all (section 4.7 of MQTT 5): the connection is to be closed.</summary>
    Malformed,
}

/// <summary>Reads topic names into two buffers of its own, so that nothing is allocated per message.</summary>
/// <remarks>Threading: one connection's reader. The spans are valid until the next call of <see cref="Read"/>.</remarks>
internal sealed class DataTopic
{
    /// <summary>More levels than this close the connection: no topic of the contract has more than five.</summary>
    public const int MaxLevels = 64;

    private const string TwinPrefix = "twins/";
    private const string DevicePrefix = "devices/";
    private const string Suffix = "/data";

    // [MQTT-3.3.2-2] no wildcards in a topic name, [MQTT-1.5.4-2] no null character.
    private static readonly SearchValues<byte> Forbidden = SearchValues.Create("+#\0"u8);

    private char[] _text = new char[128];
    private char[] _decodedId = [];
    private byte[] _unescaped = [];
    private int _length;
    private int _decodedLength;
    private Range _rawId;

    /// <summary>The whole topic as sent.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>The twin or device of a data topic, percent-decoded; empty for other kinds.</summary>
    public ReadOnlySpan<char> Id => _decodedLength > 0 ? _decodedId.AsSpan(0, _decodedLength) : Text[_rawId];

    public TopicKind Read(ReadOnlySpan<byte> topic)
    {
        _rawId = default;
        _decodedLength = 0;
        _length = 0;
        if (topic.IsEmpty || topic.ContainsAny(Forbidden) || !TryDecode(topic, ref _text, out _length))
        {
            return TopicKind.Malformed;
        }
        return Text.StartsWith(TwinPrefix) ? ReadId(TwinPrefix.Length, TopicKind.TwinData)
            : Text.StartsWith(DevicePrefix) ? ReadId(DevicePrefix.Length, TopicKind.DeviceData)
            : Other();
    }

    private TopicKind ReadId(int start, TopicKind kind)
    {
        int end = _length - Suffix.Length;
        if (end <= start || !Text.EndsWith(Suffix) || Text[start..end].Contains('/'))
        {
            return Other();
        }
        _rawId = start..end;
        return Text[_rawId].Contains('%') && !TryUnescape(Text[_rawId]) ? TopicKind.BadEscape : kind;
    }

    private TopicKind Other() => Text.Count('/') >= MaxLevels ? TopicKind.Malformed : TopicKind.Outside;

    private bool TryUnescape(ReadOnlySpan<char> id)
    {
        int capacity = Encoding.UTF8.GetMaxByteCount(id.Length);
        if (_unescaped.Length < capacity)
        {
            _unescaped = new byte[capacity];
        }
        return PercentEncoding.TryDecode(id, _unescaped, out int bytes)
            && TryDecode(_unescaped.AsSpan(0, bytes), ref _decodedId, out _decodedLength);
    }

    private static bool TryDecode(ReadOnlySpan<byte> utf8, ref char[] buffer, out int length)
    {
        if (buffer.Length < utf8.Length)
        {
            buffer = new char[utf8.Length];
        }
        return Utf8.ToUtf16(utf8, buffer, out _, out length, replaceInvalidSequences: false) == OperationStatus.Done;
    }
}
