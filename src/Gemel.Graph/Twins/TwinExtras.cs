namespace Gemel.Graph;

/// <summary>What few twins have, and at few times: kept apart so that the others do not pay for it.</summary>
internal sealed class TwinExtras
{
    public long EndedCommit;
    public Timestamp CommLostSince;
    public TimeSpan ExpectedInterval;
    public Twin? Previous;
    public bool IsForgotten;
}
