using System.Globalization;

namespace Gemel.Graph;

/// <summary>Writes pieces of JSON one after the other into a span that is known to be long enough.</summary>
internal ref struct JsonSpanWriter(Span<byte> destination)
{
    /// <summary>No number takes more bytes: <c>-2.2250738585072014E-308</c>.</summary>
    public const int MaxNumberLength = 24;

    private readonly Span<byte> _destination = destination;
    private long _lastTicks;
    private int _lastTimeAt;

    public int Written { get; private set; }

    private readonly Span<byte> Rest => _destination[Written..];

    public void Raw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Rest);
        Written += json.Length;
    }

    public void Byte(char ascii) => _destination[Written++] = (byte)ascii;

    public void Text(ReadOnlySpan<byte> utf8) => Written += JsonText.Write(utf8, Rest);

    public void Text(string text) => Written += JsonText.Write(text, Rest);

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Number(long value)
    {
        value.TryFormat(Rest, out int length, default, CultureInfo.InvariantCulture);
        Written += length;
    }

    /// <summary>The shortest digits that read back as the same double.</summary>
    public void Number(double value)
    {
        value.TryFormat(Rest, out int length, default, CultureInfo.InvariantCulture);
        Written += length;
    }

    /// <summary>The shortest digits that read back as the same float.</summary>
    public void Number(float value)
    {
        value.TryFormat(Rest, out int length, default, CultureInfo.InvariantCulture);
        Written += length;
    }

    public void Hex(ulong value)
    {
        value.TryFormat(Rest, out int length, "x", CultureInfo.InvariantCulture);
        Written += length;
    }

    /// <summary>Writes the quality's name with quotes.</summary>
    public void Quality(Quality quality) => Raw(quality switch
    {
        Gemel.Quality.Good => "\"good\""u8,
        Gemel.Quality.Uncertain => "\"uncertain\""u8,
        _ => "\"bad\""u8,
    });

    /// <summary>Writes a comma unless the next member or element is the first.</summary>
    public void Separate(ref bool isFirst)
    {
        if (!isFirst)
        {
            Byte(',');
        }
        isFirst = false;
    }

    /// <summary>Writes a time without quotes. Cells of one message share theirs, so the last one is copied where it is the same.</summary>
    public void Time(Timestamp time)
    {
        if (time.Ticks == _lastTicks && _lastTicks != 0)
        {
            _destination.Slice(_lastTimeAt, Timestamp.FormattedLength).CopyTo(Rest);
        }
        else
        {
            time.Format(Rest);
            _lastTicks = time.Ticks;
            _lastTimeAt = Written;
        }
        Written += Timestamp.FormattedLength;
    }
}
