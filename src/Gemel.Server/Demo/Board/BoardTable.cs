using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Gemel.Server.Demo.Board;

/// <summary>Draws a board as a table: twin, model, values with units, quality, age.</summary>
internal static class BoardTable
{
    private const int MostDigits = 4;

    public static IRenderable Draw(IReadOnlyList<BoardTwin> twins, UnitSymbols units, Timestamp now)
    {
        Table table = new Table().Border(TableBorder.Rounded).Expand()
            .AddColumn("Twin").AddColumn("Model").AddColumn("Values").AddColumn("Quality").AddColumn(new TableColumn("Age").RightAligned());
        foreach (BoardTwin twin in twins)
        {
            table.AddRow(
                new Markup($"[bold]{Markup.Escape(twin.Id)}[/]"),
                new Text(ShortName(twin.Model)),
                new Text(string.Join("   ", twin.Values.Select(value => Describe(value, units.Of(twin.Model, value.Path))))),
                QualityOf(twin.Values),
                new Text(AgeOf(twin.Values, now)));
        }
        return table;
    }

    /// <summary>One value as people read it: <c>motor.current 8.41 A</c>.</summary>
    public static string Describe(BoardValue value, string unit)
    {
        string text = double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number.ToString($"G{MostDigits}", CultureInfo.InvariantCulture)
            : value.Text.Length == 0 ? "–" : value.Text;
        return unit.Length == 0 ? $"{value.Path} {text}" : $"{value.Path} {text} {unit}";
    }

    // dtmi:gemel:samples:pumping:Pump;1 is shown as Pump.
    private static string ShortName(string model) => model[(model.LastIndexOf(':') + 1)..].Split(';')[0];

    private static Markup QualityOf(List<BoardValue> values)
    {
        string worst = values.Exists(v => v.Quality == "bad") ? "bad" : values.Exists(v => v.Quality == "uncertain") ? "uncertain" : values.Count > 0 ? "good" : "";
        string color = worst switch { "bad" => "red", "uncertain" => "yellow", _ => "green" };
        return new Markup($"[{color}]{worst}[/]");
    }

    private static string AgeOf(List<BoardValue> values, Timestamp now)
    {
        Timestamp newest = values.Select(v => v.Time).DefaultIfEmpty().Max();
        double seconds = Math.Max(0, (now - newest).TotalSeconds);
        return newest.IsNone ? "" : seconds < 10 ? $"{seconds:F1} s" : TimeSpan.FromSeconds(Math.Round(seconds)).ToString("c", CultureInfo.InvariantCulture);
    }
}
