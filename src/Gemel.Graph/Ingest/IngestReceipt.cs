namespace Gemel.Graph;

/// <summary>What became of a batch: counts of values, and the objects that were not taken. Adds up over calls.</summary>
public struct IngestReceipt
{
    private List<RejectedObject>? _rejected;

    /// <summary>The commit that will hold what was taken.</summary>
    public long Commit { get; internal set; }

    /// <summary>Values that were journaled: all but repetitions.</summary>
    public int Taken { get; internal set; }

    /// <summary>Of these, older than the present value.</summary>
    public int Late { get; internal set; }

    /// <summary>Of these, another value at the present one's source time.</summary>
    public int Corrections { get; internal set; }

    /// <summary>Of these, older than the live window.</summary>
    public int Backfill { get; internal set; }

    /// <summary>Of these, with a source time that was not believed.</summary>
    public int Clock { get; internal set; }

    /// <summary>Values equal to the present one at its source time: acknowledged, not journaled.</summary>
    public int Repetitions { get; internal set; }

    public readonly IReadOnlyList<RejectedObject> Rejected => _rejected ?? (IReadOnlyList<RejectedObject>)[];

    internal void Reject(int item, TwinKey twin, RejectionReason reason) => (_rejected ??= []).Add(new RejectedObject(item, twin, reason));
}

/// <param name="Item">As given to <see cref="SampleBatchWriter.BeginObject"/>.</param>
public readonly record struct RejectedObject(int Item, TwinKey Twin, RejectionReason Reason);

/// <summary>Why a shard does not take an object of a batch.</summary>
public enum RejectionReason
{
    /// <summary>The twin was deleted since the door resolved it.</summary>
    TwinNotFound = 1,
    /// <summary>The twin's model changed since the door decoded: decode again and resend.</summary>
    SchemaChanged = 2,
}
