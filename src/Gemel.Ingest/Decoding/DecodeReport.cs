namespace Gemel.Ingest;

/// <summary>What became of one message at the door. Reused from message to message by its one owner.</summary>
public sealed class DecodeReport
{
    private readonly List<GemelError> _errors = [];

    /// <summary>Values that went into a batch, the ones without a value (null) included.</summary>
    public int Taken { get; internal set; }

    /// <summary>Values, or objects where an object was refused whole, that did not.</summary>
    public int Rejected { get; private set; }

    /// <summary>Newest source time in the message; none where it has none.</summary>
    public Timestamp NewestSource { get; internal set; }

    public IReadOnlyList<GemelError> Errors => _errors;

    public void Reset()
    {
        Taken = 0;
        Rejected = 0;
        NewestSource = Timestamp.None;
        _errors.Clear();
    }

    public void Reject(GemelError error)
    {
        Rejected++;
        _errors.Add(error);
    }

    internal void SawTime(Timestamp source)
    {
        if (source > NewestSource)
        {
            NewestSource = source;
        }
    }
}
