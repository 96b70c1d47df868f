namespace Gemel.Ingest;

/// <summary>What became of one message at the door. Reused from message to message by its one owner.</summary>
public sealed class DecodeReport
{
    /// <summary>Reasons kept of one message; <see cref="Rejected"/> counts on. A packet of 1 MiB has room for a hundred thousand
    /// unknown names, and a reason weighs a hundred times what its cause does.</summary>
    public const int MaxErrors = 100;

    private readonly List<GemelError> _errors = [];

    /// <summary>Values that went into a batch, the ones without a value (null) included.</summary>
    public int Taken { get; private set; }

    /// <summary>Values, or objects where an object was refused whole, that did not.</summary>
    public int Rejected { get; private set; }

    /// <summary>Values that a deadband left out: acknowledged, and in no history.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Newest source time in the message; none where it has none.</summary>
    public Timestamp NewestSource { get; private set; }

    /// <summary>The first reasons, at most <see cref="MaxErrors"/>.</summary>
    public IReadOnlyList<GemelError> Errors => _errors;

    public void Reset()
    {
        Taken = 0;
        Rejected = 0;
        LeftOut = 0;
        NewestSource = Timestamp.None;
        _errors.Clear();
    }

    public void Reject(GemelError error)
    {
        Rejected++;
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(error);
        }
    }

    internal void Count(in DecodedSample sample)
    {
        SawTime(sample.Time);
        if (sample.Error is { } error)
        {
            Reject(error);
        }
        else
        {
            Take();
        }
    }

    internal void Take(int count = 1) => Taken += count;

    internal void LeaveOut() => LeftOut++;

    internal void SawTime(Timestamp source)
    {
        if (source > NewestSource)
        {
            NewestSource = source;
        }
    }

    internal ReportMark Mark() => new(Taken, LeftOut, Rejected, _errors.Count, NewestSource);

    /// <summary>Nothing was taken since the mark after all; what was rejected stays.</summary>
    internal void Untake(ReportMark mark) => (Taken, LeftOut, NewestSource) = (mark.Taken, mark.LeftOut, mark.NewestSource);

    /// <summary>Forgets everything since the mark.</summary>
    internal void Rewind(ReportMark mark)
    {
        Untake(mark);
        Rejected = mark.Rejected;
        _errors.RemoveRange(mark.Errors, _errors.Count - mark.Errors);
    }
}

/// <summary>A place in a report.</summary>
internal readonly record struct ReportMark(int Taken, int LeftOut, int Rejected, int Errors, Timestamp NewestSource);
