namespace Gemel.Journal;

/// <summary>How a follower is doing.</summary>
/// <param name="Position">The last commit it has taken.</param>
/// <param name="Lag">Durable commits it has not taken yet.</param>
/// <param name="Failures">Failures in a row; 0 when it does well.</param>
/// <param name="Failure">The last of them; null when it does well.</param>
public sealed record FollowerState(string Name, long Position, long Lag, int Failures, Exception? Failure);
