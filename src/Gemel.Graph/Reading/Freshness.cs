namespace Gemel.Graph;

/// <summary>What reading adds to a sample's quality: stale, the device lost, not refreshed since the restart. None of these
/// is stored or journaled, and none makes a bad value better.</summary>
internal readonly struct Freshness
{
    private readonly long _now;
    private readonly long _grace;
    private readonly long _staleBefore;
    private readonly long _startedAt;
    private readonly bool _isCommLost;

    public Freshness(Twin twin, Timestamp startedAt, Timestamp now, ShardOptions options)
    {
        (_now, _grace) = (now.Ticks, options.StaleGrace.Ticks);
        _isCommLost = !twin.CommLostSince.IsNone && now - twin.CommLostSince > options.CommLostGrace;
        _startedAt = startedAt.Ticks;
        _staleBefore = twin.ExpectedInterval > TimeSpan.Zero ? StaleBefore(twin.ExpectedInterval) : long.MinValue;
    }

    /// <summary>A cell as it is shown at the moment of reading.</summary>
    /// <param name="interval">How often the model says that the value should come; null where it does not: then the device's interval holds.</param>
    public CellView Show(in CellState cell, TimeSpan? interval, ReasonTable reasons)
    {
        CellView view = View(cell, reasons);
        if (view.Quality != Quality.Good || !view.HasValue || !view.IsFromDevice)
        {
            return view;
        }
        string? reason = _isCommLost ? QualityNames.CommLost
            : cell.Times.Server < _startedAt ? QualityNames.Restarted
            : cell.Times.Server < (interval is { } own ? StaleBefore(own) : _staleBefore) ? QualityNames.Stale
            : null;
        return reason is null ? view : view with { Quality = Quality.Uncertain, Reason = reason };
    }

    private long StaleBefore(TimeSpan interval) => _now - interval.Ticks - _grace;

    /// <summary>A cell as it is stored.</summary>
    public static CellView View(in CellState cell, ReasonTable reasons) => new()
    {
        HasValue = (cell.Flags & CellBits.HasValue) != 0,
        Bits = cell.Bits,
        Text = cell.Text,
        Quality = (Quality)(cell.Flags & CellBits.QualityMask),
        Reason = reasons.Name(cell.Reason),
        Source = new Timestamp(SourceOf(cell)),
        Server = new Timestamp(cell.Times.Server),
        IsFromDevice = (cell.Flags & CellBits.FromDevice) != 0,
    };

    public static long SourceOf(in CellState cell) =>
        (cell.Flags & CellBits.WrittenSource) != 0 ? cell.WrittenSource
        : (cell.Flags & CellBits.NoSource) != 0 ? 0
        : cell.Times.Source;
}
