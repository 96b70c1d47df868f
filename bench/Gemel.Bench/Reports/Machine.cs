using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gemel.Bench.Reports;

/// <summary>Where and of what figures were taken.</summary>
/// <param name="LoadBefore">The load average of one minute when the run began; what others do on the machine spoils figures.</param>
/// <param name="Commit">Of the repository; null outside one.</param>
internal sealed record Machine(string Processor, int Cores, double MemoryGiB, string System, string Runtime, double LoadBefore, DateTimeOffset Date, string? Commit)
{
    private const double GiB = 1024d * 1024 * 1024;

    public static Machine Describe(TimeProvider clock) => new(
        Field("/proc/cpuinfo", "model name"),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / GiB, 1),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture),
        clock.GetUtcNow(),
        FindCommit());

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    private static string? FindCommit()
    {
        ProcessStartInfo start = new("git", ["describe", "--always", "--dirty"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = AppContext.BaseDirectory };
        try
        {
            using Process? git = Process.Start(start);
            string? commit = git?.StandardOutput.ReadLine();
            git?.WaitForExit();
            return commit;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;   // no git here
        }
    }
}
