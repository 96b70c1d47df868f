using System.Globalization;

namespace Gemel.Cluster;

/// <summary>Room that is kept free on the disk, in bytes or as a share of it.</summary>
public readonly record struct ReservedSpace
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ];

    private readonly decimal _percent;
    private readonly long _bytes;
    private readonly string? _text;

    private ReservedSpace(decimal percent, long bytes, string text) => (_percent, _bytes, _text) = (percent, bytes, text);

    /// <summary>Nothing is kept free.</summary>
    public static ReservedSpace None => default;

    public bool IsNone => _percent == 0 && _bytes == 0;

    /// <summary>In bytes, of a disk of this size.</summary>
    public long Of(long total) => _percent > 0 ? (long)(total * (_percent / 100)) : _bytes;

    /// <summary>Reads <c>5%</c>, <c>2GiB</c>, <c>500MB</c>, <c>0</c>.</summary>
    public static bool TryParse(string text, out ReservedSpace space)
    {
        space = default;
        if (text.EndsWith('%'))
        {
            bool isShare = decimal.TryParse(text.AsSpan(0, text.Length - 1).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent) && percent is >= 0 and <= 90;
            space = isShare ? new ReservedSpace(percent, 0, text) : default;
            return isShare;
        }
        (string unit, long factor) = Units.First(each => text.EndsWith(each.Unit, StringComparison.Ordinal));
        bool isSize = decimal.TryParse(text.AsSpan(0, text.Length - unit.Length).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
            && count <= long.MaxValue / factor;
        space = isSize ? new ReservedSpace(0, (long)(count * factor), text) : default;
        return isSize;
    }

    /// <summary>As it was given.</summary>
    public override string ToString() => _text ?? "0";
}
