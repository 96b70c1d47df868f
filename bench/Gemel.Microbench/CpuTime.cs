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
        Print("ingest, ns CPU per object of 3 doubles", IngestBenchmark.Objects, () => ingest.Ingest());
        ingest.Cleanup();
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
