namespace Gemel.Server.Replay;

/// <summary>How a file is replayed.</summary>
/// <param name="Speed">Times as fast as recorded; positive infinity for as fast as the server takes it.</param>
/// <param name="Times">Which times the values carry.</param>
/// <param name="Loop">Begin anew at the end.</param>
/// <param name="InFlight">Most messages that wait for their acknowledgement, at least 1.</param>
internal sealed record ReplayOptions(double Speed, ReplayTimes Times, bool Loop, int InFlight)
{
    public const int DefaultInFlight = 100;

    public static ReplayOptions Default { get; } = new(Speed: 1, ReplayTimes.Original, Loop: false, DefaultInFlight);
}

internal enum ReplayTimes
{
    /// <summary>The file's; in a loop each pass is moved on by the file's span and one interval, so that no time comes twice.</summary>
    Original,
    /// <summary>The time of sending, strictly rising.</summary>
    Now,
}
