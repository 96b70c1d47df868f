namespace Gemel.Microbench;

/// <summary>The same loops measured by the CPU time of the process instead of the clock, for machines that others share:
/// best and median of several rounds.</summary>
internal static class CpuTime
{
    private const int Rounds = 15;
    private const int WarmUps = 60;
    private const int CallsPerRound = 40;

    public static void Print()
    {
        var ingest = new IngestBenchmark();
        ingest.Setup();
        Console.WriteLine("ns of CPU per operation");
        Print("ingest one object of 3 doubles", IngestBenchmark.Objects, () => ingest.Ingest());
        ingest.Cleanup();
        foreach ((bool isInterleaved, bool isConverted) in new[] { (false, false), (true, false), (false, true) })
        {
            var gateway = new GatewayBenchmark { IsInterleaved = isInterleaved, IsConverted = isConverted };
            gateway.Setup();
            string kind = $"{(isInterleaved ? ", interleaved" : "")}{(isConverted ? ", converted" : "")}";
            Print($"decode one tag of a gateway{kind}", GatewayBenchmark.Values, () => gateway.Decode());
            gateway.Cleanup();
        }
        var read = new ReadBenchmark();
        read.Setup();
        Print("read one twin of 3 columns at durable, pending over it", IngestBenchmark.Twins, () => read.ReadTwins());
        Print("scan one column at durable, pending over it", IngestBenchmark.Twins, () => read.ScanDurable());
        Print("scan one column, nothing over it", IngestBenchmark.Twins, () => read.ScanPending());
        read.Cleanup();
    }

    private static void Print(string name, int operations, Action call)
    {
        Repeat(WarmUps, call);
        double[] costs = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Repeat(CallsPerRound, call);
            costs[round] = (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / (CallsPerRound * (double)operations);
        }
        Array.Sort(costs);
        Console.WriteLine($"{name}: best {costs[0]:0.0}, median {costs[Rounds / 2]:0.0}");
    }

    private static void Repeat(int times, Action call)
    {
        for (int i = 0; i < times; i++)
        {
            call();
        }
    }
}
