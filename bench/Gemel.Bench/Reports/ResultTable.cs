using Spectre.Console;

namespace Gemel.Bench.Reports;

/// <summary>A run as a table, for people: of each scenario Gemel, the baseline, and what else is worth seeing.</summary>
internal static class ResultTable
{
    private const int WidthWithoutTerminal = 140;

    public static void Print(IAnsiConsole console, Machine machine, IReadOnlyList<ScenarioResult> results)
    {
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumns(new TableColumn("scenario").NoWrap(), new TableColumn("server").NoWrap());
        foreach (string figure in (string[])["figure", "ratio", "CPU µs/msg", "written B", "stored B", "MiB"])
        {
            table.AddColumn(new TableColumn(figure).RightAligned().NoWrap());
        }
        foreach (ScenarioResult result in results)
        {
            Add(table, result);
        }
        console.WriteLine(Text($"{machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB} GiB, {machine.Runtime}"));
        console.WriteLine(Text($"{machine.Date:yyyy-MM-dd HH:mm} UTC, commit {machine.Commit ?? "unknown"}, load {machine.LoadBefore} before"));
        console.Write(table);
        console.WriteLine("Written and stored are bytes per sample; MiB is the server's peak of resident memory.");
    }

    private static void Add(Table table, ScenarioResult result)
    {
        string color = result.IsReached ? "green" : "red";
        string bar = Text($"[{color}]{result.Ratio:0.00}[/] ({(result.LowerIsBetter ? '≤' : '≥')} {result.Bar})");
        AddRow(table, result.Scenario, result.Figures, result.Unit, bar);
        AddRow(table, "", result.Baseline, result.Unit, "");
        foreach (SideFigures beside in result.Beside)
        {
            AddRow(table, "", beside, result.Unit, "");
        }
        table.AddEmptyRow();
    }

    private static void AddRow(Table table, string scenario, SideFigures side, string unit, string ratio) => table.AddRow(
        scenario,
        side.Name,
        Text($"{side.Value:N0} {unit}"),
        ratio,
        Text($"{side.CpuMicrosPerMessage:0.00}"),
        Text($"{side.WrittenBytesPerSample:0.0}"),
        Text($"{side.StoredBytesPerSample:0.0}"),
        Text($"{side.PeakMemoryMiB:N0}"));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
