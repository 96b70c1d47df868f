namespace Gemel.Ingest;

/// <summary>The last value taken from one rule for one path of one twin.</summary>
/// <param name="touched">The message's list of cells, to which this one adds itself when it is changed.</param>
internal sealed class DeadbandCell(List<DeadbandCell> touched)
{
    private Taken _kept;
    private Taken _present;
    private bool _isTouched;

    /// <summary>Says whether a good number passes, and remembers it if so.</summary>
    /// <param name="value">In the unit of the rule.</param>
    /// <param name="reason">UTF-8; empty for none.</param>
    /// <param name="source">None where the server's time stands in.</param>
    public bool Takes(double value, ReadOnlySpan<byte> reason, Timestamp source, ValueConversion rule)
    {
        bool isLeftOut = _present.IsGood
            && Math.Abs(value - _present.Value) <= rule.Deadband
            && reason.SequenceEqual(_present.Reason)
            && !IsDue(source, rule.MaxInterval);
        if (!isLeftOut)
        {
            byte[] kept = reason.SequenceEqual(_present.Reason) ? _present.Reason ?? [] : reason.ToArray();
            Set(new Taken(IsGood: true, value, source, kept));
        }
        return !isLeftOut;
    }

    /// <summary>Something else than a good number was taken: the next good one is taken too.</summary>
    public void TookOther() => Set(default);

    public void Keep()
    {
        _kept = _present;
        _isTouched = false;
    }

    public void Drop()
    {
        _present = _kept;
        _isTouched = false;
    }

    public void Forget() => _kept = _present = default;

    /// <summary>The silence lasted long enough, or the value is not after the last taken one: late, a correction, or sent again
    /// because nobody acknowledged it, so it may be in no commit.</summary>
    private bool IsDue(Timestamp source, TimeSpan? maxInterval) =>
        !source.IsNone && !_present.Source.IsNone && (source <= _present.Source || source - _present.Source >= maxInterval);

    private void Set(Taken taken)
    {
        if (!_isTouched)
        {
            _isTouched = true;
            touched.Add(this);
        }
        _present = taken;
    }

    private readonly record struct Taken(bool IsGood, double Value, Timestamp Source, byte[]? Reason);
}
