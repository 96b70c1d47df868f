using System.Globalization;

namespace Gemel.Bench.Soak;

/// <summary>What a process holds, from /proc (Linux, proc(5)).</summary>
internal readonly record struct ProcessFigures(long Resident, long Private, int Threads, int Descriptors, double ProcessorSeconds)
{
    private const double TicksPerSecond = 100;

    public static ProcessFigures Of(int process)
    {
        string folder = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
        return Parse(File.ReadAllText($"{folder}/status"), File.ReadAllText($"{folder}/stat"), Directory.EnumerateFileSystemEntries($"{folder}/fd").Count());
    }

    /// <param name="status">Of proc(5), lines of <c>Name: value kB</c>.</param>
    /// <param name="stat">Of proc(5): after the name in parentheses, user time is the twelfth field and system time the thirteenth.</param>
    public static ProcessFigures Parse(string status, string stat, int descriptors)
    {
        Dictionary<string, string> fields = status.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(':', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1].Trim());
        string[] times = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessFigures(
            Number("VmRSS") * 1024, (Number("RssAnon") + Number("VmSwap")) * 1024, (int)Number("Threads"), descriptors,
            (double.Parse(times[11], CultureInfo.InvariantCulture) + double.Parse(times[12], CultureInfo.InvariantCulture)) / TicksPerSecond);

        long Number(string name) => long.Parse(fields[name].Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
