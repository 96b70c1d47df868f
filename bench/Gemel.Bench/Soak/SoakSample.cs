using System.Globalization;
using System.Reflection;

namespace Gemel.Bench.Soak;

/// <summary>One look at the server. Bytes and seconds throughout.</summary>
/// <param name="Time">Since the begin.</param>
/// <param name="Process">Its id: another one after each restart.</param>
/// <param name="Uptime">Since it was ready.</param>
/// <param name="Private">Memory of its own that no file backs, swapped out or not.</param>
/// <param name="Heap">The managed heap at the end of the last collection.</param>
/// <param name="HistoryLag">Durable commits that history has not taken yet.</param>
/// <param name="HistoryWaiting">Bytes of them.</param>
/// <param name="Messages">Received since the process began.</param>
/// <param name="Rate">Messages a second since the sample before, of the same process.</param>
/// <param name="Recovery">From its start to ready.</param>
/// <param name="Acknowledged">Counted values, since the begin.</param>
internal sealed record SoakSample(
    double Time, int Process, double Uptime, double Resident, double Private, double Heap, double Threads, double Descriptors,
    double JournalFiles, double JournalBytes, double CheckpointFiles, double CheckpointBytes, double HistoryFiles, double HistoryBytes,
    double OtherFiles, double OtherBytes, double HistoryLag, double HistoryWaiting, double CheckpointLag, double HistoryRows,
    double Durable, double Messages, double Rate, double Recovery, double Acknowledged, double ProcessorSeconds)
{
    private static readonly PropertyInfo[] Columns = [.. typeof(SoakSample).GetConstructors().First(c => c.GetParameters().Length > 1).GetParameters().Select(p => typeof(SoakSample).GetProperty(p.Name!)!)];

    public double Files => JournalFiles + CheckpointFiles + HistoryFiles + OtherFiles;

    public double Bytes => JournalBytes + CheckpointBytes + HistoryBytes + OtherBytes;

    public static string Header => string.Join(',', Columns.Select(c => JsonName(c.Name)));

    public string Row() => string.Join(',', Columns.Select(c => Convert.ToDouble(c.GetValue(this), CultureInfo.InvariantCulture).ToString("0.###", CultureInfo.InvariantCulture)));

    /// <param name="lines">With the header; a last line that is not whole is left out.</param>
    public static IReadOnlyList<SoakSample> Read(IEnumerable<string> lines) => [.. lines.Skip(1).Select(l => l.Split(',')).Where(cells => cells.Length == Columns.Length).Select(Of)];

    private static SoakSample Of(string[] cells)
    {
        object[] values = [.. cells.Select((cell, i) => Convert.ChangeType(double.Parse(cell, CultureInfo.InvariantCulture), Columns[i].PropertyType, CultureInfo.InvariantCulture))];
        return (SoakSample)Activator.CreateInstance(typeof(SoakSample), values)!;
    }

    private static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
