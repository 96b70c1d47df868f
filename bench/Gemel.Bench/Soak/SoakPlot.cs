using System.Globalization;
using System.Text;

namespace Gemel.Bench.Soak;

/// <summary>One picture of a soak: a panel for each kind of quantity over time, with what happened as marks. SVG that needs nothing else.</summary>
internal static class SoakPlot
{
    private const double Width = 1000;
    private const double Left = 70;
    private const double Right = 150;
    private const double PanelHeight = 110;
    private const double PanelGap = 34;
    private const double Top = 46;
    private const double MiB = 1 << 20;

    private static readonly string[] Colours = ["#1f6feb", "#d29922", "#2da44e", "#8250df"];

    private static readonly Panel[] Panels =
    [
        new("Memory, MiB", [new("resident", s => s.Resident / MiB), new("private", s => s.Private / MiB), new("managed heap", s => s.Heap / MiB)]),
        new("Descriptors and threads", [new("descriptors", s => s.Descriptors), new("threads", s => s.Threads)]),
        new("Files", [new("journal", s => s.JournalFiles), new("checkpoints", s => s.CheckpointFiles), new("history", s => s.HistoryFiles), new("other", s => s.OtherFiles)]),
        new("Data folder, MiB", [new("journal", s => s.JournalBytes / MiB), new("checkpoints", s => s.CheckpointBytes / MiB), new("history", s => s.HistoryBytes / MiB)]),
        new("Lag of history, commits", [new("commits", s => s.HistoryLag)]),
        new("Messages a second", [new("received", s => s.Rate)]),
        new("Start to ready, s", [new("recovery", s => s.Recovery)]),
    ];

    private sealed record Line(string Name, Func<SoakSample, double> Of);

    private sealed record Panel(string Title, Line[] Lines);

    public static string Render(IReadOnlyList<SoakSample> samples, IReadOnlyList<SoakEvent> events)
    {
        double end = Math.Max(1, samples.Select(s => s.Time).Concat(events.Select(e => e.Time)).DefaultIfEmpty().Max());
        double height = Top + (Panels.Length * (PanelHeight + PanelGap));
        StringBuilder svg = new();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"11\">");
        Add(svg, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"white\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"16\" font-size=\"14\">Soak: {end / 60:0} minutes; red: killed, grey: stopped, blue: backup, green: restored and verified, black: failure</text>");
        for (int i = 0; i < Panels.Length; i++)
        {
            AddPanel(svg, Panels[i], Top + (i * (PanelHeight + PanelGap)), end, samples, events);
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void AddPanel(StringBuilder svg, Panel panel, double top, double end, IReadOnlyList<SoakSample> samples, IReadOnlyList<SoakEvent> events)
    {
        double bottom = top + PanelHeight;
        double most = Nice(samples.SelectMany(s => panel.Lines.Select(l => l.Of(s))).DefaultIfEmpty().Max());
        Add(svg, $"<text x=\"{Left}\" y=\"{top - 6}\" font-weight=\"bold\">{panel.Title}</text>");
        foreach (SoakEvent happened in events.Where(e => MarkOf(e.Kind) is not null))
        {
            double x = X(happened.Time, end);
            Add(svg, $"<line x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{top}\" y2=\"{bottom}\" stroke=\"{MarkOf(happened.Kind)}\" stroke-opacity=\"0.45\" stroke-width=\"{(happened.Kind == SoakEventKind.Failure ? 3 : 1)}\"/>");
        }
        foreach (double share in (ReadOnlySpan<double>)[0, 0.5, 1])
        {
            double y = bottom - (share * PanelHeight);
            Add(svg, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y}\" y2=\"{y}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{y + 4}\" text-anchor=\"end\">{share * most:0.##}</text>");
        }
        for (int tick = 0; tick <= 6; tick++)
        {
            Add(svg, $"<text x=\"{X(end * tick / 6, end):0.#}\" y=\"{bottom + 13}\" text-anchor=\"middle\" fill=\"#666\">{end * tick / 360:0.#} min</text>");
        }
        for (int i = 0; i < panel.Lines.Length; i++)
        {
            AddLine(svg, panel.Lines[i], Colours[i], samples, end, bottom, most);
            Add(svg, $"<text x=\"{Width - Right + 10}\" y=\"{top + 14 + (i * 15)}\" fill=\"{Colours[i]}\">{panel.Lines[i].Name}</text>");
        }
    }

    // A line for each process: between two there was none.
    private static void AddLine(StringBuilder svg, Line line, string colour, IReadOnlyList<SoakSample> samples, double end, double bottom, double most)
    {
        foreach (IGrouping<int, SoakSample> life in samples.GroupBy(s => s.Process))
        {
            string points = string.Join(' ', life.Select(s => string.Create(CultureInfo.InvariantCulture, $"{X(s.Time, end):0.#},{bottom - (line.Of(s) / most * PanelHeight):0.#}")));
            Add(svg, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-linecap=\"round\"/>");
        }
    }

    private static string? MarkOf(SoakEventKind kind) => kind switch
    {
        SoakEventKind.Kill or SoakEventKind.KillInRecovery => "#cf222e",
        SoakEventKind.Stop => "#6e7781",
        SoakEventKind.Backup => "#54aeff",
        SoakEventKind.Restore => "#2da44e",
        SoakEventKind.Failure => "#000000",
        _ => null,
    };

    private static double X(double time, double end) => Left + (time / end * (Width - Left - Right));

    /// <summary>The next of 1, 2, 5 times a power of ten.</summary>
    private static double Nice(double most)
    {
        if (most <= 0)
        {
            return 1;
        }
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return ((double[])[1, 2, 5, 10]).First(step => step * power >= most) * power;
    }

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
