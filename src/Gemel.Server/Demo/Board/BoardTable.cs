using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Gemel.Server.Demo.Board;

/// <summary>Draws a board as a table: a line of cells for each twin, every value in its place with unit, direction and quality, and the age of the newest.</summary>
/// <remarks>Places and widths do not depend on the values, so that nothing jumps while they move.</remarks>
internal static class BoardTable
{
    private const int NameWidth = 19;
    private const int ShortNameWidth = 14;
    private const int NumberWidth = 7;
    private const int UnitWidth = 5;
    private const int AgeWidth = 6;
    private const int MostCells = 4;

    // Beside its name a cell has the number, the unit, the direction and what is between them.
    private const int CellRest = NumberWidth + UnitWidth + 4;

    // What the columns beside the values take, with their lines; the model is left out where the terminal is narrow.
    private const int SideWidth = 20;
    private const int ModelWidth = 17;

    /// <param name="width">Of the terminal, in characters.</param>
    public static IRenderable Draw(IReadOnlyList<BoardTwin> twins, UnitSymbols units, Timestamp now, int width)
    {
        bool hasModel = width >= SideWidth + ModelWidth + (2 * (NameWidth + CellRest));
        int names = width >= SideWidth + (2 * (NameWidth + CellRest)) ? NameWidth : ShortNameWidth;
        int cells = Math.Clamp((width - SideWidth - (hasModel ? ModelWidth : 0)) / (names + CellRest), 1, MostCells);
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn("Twin");
        if (hasModel)
        {
            table.AddColumn("Model");
        }
        table.AddColumn(new TableColumn("Values").Width(cells * (names + CellRest))).AddColumn(new TableColumn("Age").RightAligned().Width(AgeWidth));
        foreach (BoardTwin twin in twins.Where(twin => twin.Values.Count > 0))
        {
            Markup id = new($"[bold]{Markup.Escape(twin.Id)}[/]");
            IRenderable[] model = hasModel ? [new Text(ShortName(twin.Model), new Style(Color.Grey))] : [];
            table.AddRow([id, .. model, ValuesOf(twin, units, cells, names), new Text(AgeOf(twin.Values, now))]);
        }
        return table;
    }

    /// <summary>A value as people read it, in a number of digits that does not depend on how it ends: <c>8.41</c>.</summary>
    public static string Number(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return text.Length == 0 ? "–" : text;
        }
        string format = Math.Abs(number) switch { 0 => "0", < 1 => "0.000", < 100 => "0.00", < 10_000 => "0.0", _ => "0" };
        return number.ToString(format, CultureInfo.InvariantCulture);
    }

    private static Grid ValuesOf(BoardTwin twin, UnitSymbols units, int cells, int names)
    {
        Grid grid = new() { Width = cells * (names + CellRest) };
        for (int i = 0; i < cells; i++)
        {
            grid.AddColumn(new GridColumn { Width = names + CellRest, NoWrap = true, Padding = new Padding(0, 0, 0, 0) });
        }
        foreach (BoardValue[] line in twin.Values.Chunk(cells))
        {
            grid.AddRow([.. line.Select(value => new Markup(CellOf(value, units.Of(twin.Model, value.Path), names)))]);
        }
        return grid;
    }

    private static string CellOf(BoardValue value, string unit, int names)
    {
        string color = value.Quality switch { "bad" => "red", "uncertain" => "yellow", _ => "default" };
        string mark = value.Quality == "good" ? Direction(value.Trend) : $"[{color}]{(value.Quality == "bad" ? '×' : '?')}[/]";
        string name = Markup.Escape(Fit(value.Path, names));
        string number = Markup.Escape(Number(value.Text).PadLeft(NumberWidth));
        return $"[grey]{name}[/] [{color}]{number}[/] [grey]{Markup.Escape(unit.PadRight(UnitWidth))}[/]{mark}";
    }

    private static string Fit(string name, int width) => name.Length > width ? string.Concat(name.AsSpan(0, width - 1), "…") : name.PadRight(width);

    private static string Direction(int trend) => trend switch { > 0 => "[green]↑[/]", < 0 => "[blue]↓[/]", _ => " " };

    // dtmi:gemel:samples:pumping:Pump;1 is shown as Pump.
    private static string ShortName(string model) => model[(model.LastIndexOf(':') + 1)..].Split(';')[0];

    private static string AgeOf(List<BoardValue> values, Timestamp now)
    {
        Timestamp newest = values.Select(v => v.Time).DefaultIfEmpty().Max();
        double seconds = Math.Max(0, (now - newest).TotalSeconds);
        return newest.IsNone ? "" : seconds < 10 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s") : TimeSpan.FromSeconds(Math.Round(seconds)).ToString("c", CultureInfo.InvariantCulture);
    }
}
