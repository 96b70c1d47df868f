using System.Diagnostics;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>All turns of one server after the warm-up, and what it used from then on, other servers' turns included:
/// work put off into them counts.</summary>
internal sealed class ServerRun(BenchServer server)
{
    private const double MiB = 1024 * 1024;

    private readonly List<Slice> _slices = [];
    private readonly ProcessUsage _before = server.Usage();

    public BenchServer Server { get; } = server;

    public long Messages => _slices.Sum(slice => slice.Messages);

    public long WrittenBytes => Server.Usage().WrittenBytes - _before.WrittenBytes;

    public void Add(Slice slice) => _slices.Add(slice);

    /// <summary>Rate over all turns: everything sent by all the time taken.</summary>
    /// <param name="perMessage">What is counted of one message.</param>
    public SideFigures Figures(int perMessage)
    {
        ProcessUsage usage = Server.Usage();
        double seconds = _slices.Sum(slice => Stopwatch.GetElapsedTime(slice.Load.Started, slice.Taken).TotalSeconds);
        return new SideFigures(Server.Name, Messages * perMessage / seconds, [.. _slices.Select(slice => slice.MessagesPerSecond * perMessage)])
        {
            CpuMicrosPerMessage = (usage.Cpu - _before.Cpu).TotalMicroseconds / Messages,
            PeakMemoryMiB = usage.PeakMemoryBytes / MiB,
        };
    }
}
