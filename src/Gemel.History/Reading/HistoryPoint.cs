namespace Gemel.History;

/// <summary>One row of history as read: of several with the same path and source time, the one of the latest commit.</summary>
/// <param name="Time">Source time.</param>
/// <param name="Reason">Why the quality is not good; null where nothing was said.</param>
/// <param name="Unit">The unit under which the value was stored, also where a conversion was applied.</param>
/// <param name="Twin">The life of the twin it belongs to.</param>
/// <param name="ClaimedTime">The refused source time; none for most.</param>
public readonly record struct HistoryPoint(
    Timestamp Time, HistoryValue Value, Quality Quality, string? Reason, string? Unit, Timestamp ServerTime, long Commit,
    SampleFlags Flags, TwinKey Twin, Timestamp ClaimedTime);
