using System.Text.Json;
using Gemel.Server.Demo.Board;
using Spectre.Console;

namespace Gemel.Server.Tests.Demo.Board;

public sealed class TwinBoardTests
{
    private readonly TwinBoard _board = new([("P1", "dtmi:gemel:samples:pumping:Pump;1"), ("T1", "dtmi:gemel:samples:pumping:Tank;1")]);

    [Fact]
    public void An_update_sets_values_and_says_what_changed()
    {
        Assert.Equal(["running=true", "speed=1450"], Apply("P1", """{"path":"running","v":true,"t":"2026-03-01T08:00:00Z","q":"good"},{"path":"speed","v":1450}"""));
        Assert.Equal(["speed=1449.5"], Apply("P1", """{"path":"running","v":true,"t":"2026-03-01T08:00:01Z"},{"path":"speed","v":1449.5}"""));
        BoardTwin twin = _board.Twins[0];
        Assert.Equal(["running", "speed"], twin.Values.Select(v => v.Path));
        Assert.Equal("2026-03-01T08:00:01.0000000Z", twin.Values[0].Time.ToString());
        Assert.Empty(_board.Twins[1].Values);
    }

    [Fact]
    public void Late_values_unknown_twins_and_events_without_values_change_nothing()
    {
        Assert.Empty(Apply("P1", """{"path":"speed","v":1,"late":true}"""));
        Assert.Empty(Apply("P9", """{"path":"speed","v":1}"""));
        Assert.Empty(_board.Apply(JsonSerializer.Deserialize<JsonElement>("""{"subject":"P1","data":{"modelId":"m","patch":[]}}""")));
        Assert.All(_board.Twins, twin => Assert.Empty(twin.Values));
    }

    [Fact]
    public void Telemetry_names_its_twin_in_the_source()
    {
        JsonElement telemetry = JsonSerializer.Deserialize<JsonElement>(
            """{"type":"microsoft.iot.telemetry","source":"host/digitaltwins/T1","subject":"motor","data":{"values":[{"path":"inflow","v":500}]}}""");
        Assert.Equal("T1", Assert.Single(_board.Apply(telemetry)).Twin);
    }

    [Theory]
    [InlineData("running", "false", "true", "P1: started")]
    [InlineData("running", "true", "false", "P1: stopped")]
    [InlineData("running", null, "false", null)]
    [InlineData("speed", "1", "2", null)]
    [InlineData("state", "open", "closing", "P1: closing")]
    [InlineData("highLevel", "false", "true", "P1: level is high")]
    [InlineData("bearing.vibration", "0.44", "0.5", "P1: bearing vibration 0.5 cm/s is above 0.45 (ISO 20816 zone C)")]
    [InlineData("bearing.vibration", "0.5", "0.51", null)]
    public void Only_what_an_operator_would_want_to_know_is_told(string path, string? before, string after, string? line)
    {
        BoardValue? first = before is null ? null : new BoardValue(path, before, Timestamp.None, "good");
        Assert.Equal(line, BoardNarrator.Tell(new BoardChange("P1", first, new BoardValue(path, after, Timestamp.None, "good"))));
    }

    [Fact]
    public void A_change_of_quality_is_told()
    {
        var good = new BoardValue("speed", "1", Timestamp.None, "good");
        Assert.Equal("P1: speed is bad", BoardNarrator.Tell(new BoardChange("P1", good, good with { Quality = "bad" })));
        Assert.Equal("P1: speed is good", BoardNarrator.Tell(new BoardChange("P1", good with { Quality = "bad" }, good)));
    }

    [Fact]
    public void The_table_shows_id_model_values_with_direction_and_quality_and_age()
    {
        Apply("P1", """{"path":"speed","v":1449,"t":"2026-03-01T07:59:59Z"}""");
        Apply("P1", """{"path":"speed","v":1450.25,"t":"2026-03-01T08:00:00Z","q":"good"},{"path":"note","v":"[x]","t":"2026-03-01T08:00:00Z","q":"uncertain"}""");
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 120;
        Assert.True(Timestamp.TryParse("2026-03-01T08:00:02.5Z", out Timestamp now));
        console.Write(BoardTable.Draw(_board.Twins, new UnitSymbols([]), now, 120));
        string row = output.ToString().Split('\n').Single(line => line.Contains("P1"));
        string[] cells = row.Split('│', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("P1 Pump speed 1450.3 ↑ note [x] ? 2.5 s", string.Join(' ', cells.SelectMany(cell => cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    private IEnumerable<string> Apply(string twin, string values) =>
        _board.Apply(JsonSerializer.Deserialize<JsonElement>($$$"""{"type":"Microsoft.DigitalTwins.Twin.Update","source":"host","subject":"{{{twin}}}","data":{"values":[{{{values}}}]}}"""))
            .Select(change => $"{change.After.Path}={change.After.Text}");
}
