using System.Diagnostics;
using Gemel.Bench.Load;

namespace Gemel.Bench.Servers;

/// <summary>One server's turn.</summary>
/// <param name="Taken">When everything sent had arrived, by <see cref="Stopwatch.GetTimestamp"/>.</param>
internal sealed record Slice(LoadResult Load, long Taken)
{
    public long Messages { get; } = Load.SentByConnection.Sum();

    public double MessagesPerSecond => Messages / Stopwatch.GetElapsedTime(Load.Started, Taken).TotalSeconds;
}
