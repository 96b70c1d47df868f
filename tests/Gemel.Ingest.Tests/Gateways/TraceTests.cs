using System.Text;

namespace Gemel.Ingest.Tests.Gateways;

/// <summary>What people see who try a mapping on a message.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly TestDoor _door = new();

    public void Dispose() => _door.Dispose();

    [Fact]
    public void Each_tag_shows_what_it_becomes_or_why_it_does_not()
    {
        Assert.Equal(
            [
                "a P1.temperature 27 degreeCelsius @1000", "b P2.state  GMI009", "c P1.note  bad @1000", "d P1.count  GMI024", "e   GMI020",
            ],
            Trace("""{"a":300.15,"b":1,"c":null,"d":"x","e":2,"f":3,"$time":1000}"""));
    }

    [Fact]
    public void An_object_that_names_its_twin_shows_its_paths() =>
        Assert.Equal(["humidity P1  GMI003", "motor.speed P1.motor.speed 7 revolutionPerMinute", "temperature P1.temperature 21.5 degreeCelsius"],
            Trace("""{"$twin":"P1","temperature":21.5,"humidity":1,"motor":{"speed":7}}"""));

    [Fact]
    public void An_object_that_names_its_twin_late_shows_nothing_of_its_tags() =>
        Assert.Equal(["a P1  GMI003", "count P1.count 3 "], Trace("""{"count":3,"a":1,"$twin":"P1"}"""));

    private string[] Trace(string json)
    {
        GatewayDecoder decoder = new(new IngestOptions(), _door, isTraced: true);
        _door.Unbound.Add("P2");
        decoder.Use(MappingReader.Read("""
            mapping: m
            version: 1
            rules:
              - { tag: a, twin: P1, path: temperature, unit: kelvin }
              - { tag: b, twin: P2, path: state, values: { 1: open } }
              - { tag: c, twin: P1, path: note }
              - { tag: d, twin: P1, path: count }
              - { tag: f, ignore: true }
            """, "m").Value, "gw-1", _door.Deadbands);
        decoder.Decode(Encoding.UTF8.GetBytes(json), "devices/gw-1/data", 0, _door.Report);
        return [.. decoder.Traced.Select(Show).Order(StringComparer.Ordinal)];
    }

    private static string Show(TracedValue value)
    {
        string path = value.Path is null ? "" : $".{value.Path}";
        string quality = value.Quality == Quality.Good || value.Error is not null ? "" : value.Quality.Name();
        string time = value.SourceTime.IsNone ? "" : $" @{value.SourceTime.UnixMilliseconds}";
        return $"{value.Tag} {value.Twin}{path} {value.ValueJson} {value.Unit}{quality}{value.Error?.Code.Code}{time}";
    }
}
