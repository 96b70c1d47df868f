namespace Gemel.Ingest.Tests.Gateways;

/// <summary>docs/reference/mapping.md, 'Deadband'.</summary>
public sealed class DeadbandTests : IDisposable
{
    private readonly TestDoor _door = new();

    public void Dispose() => _door.Dispose();

    [Fact]
    public void Values_are_compared_with_the_last_one_taken_so_a_slow_drift_gets_through()
    {
        Use("deadband: 1");
        Assert.Equal([5, 6.5, 8, 6.5], Taken(5, 5.5, 6, 6.5, 7, 7.5, 8, 7.5, 7, 6.5, 7.5));
    }

    [Fact]
    public void Without_a_deadband_every_value_is_taken()
    {
        Use("scale: 1");
        Assert.Equal([5, 5, 5], Taken(5, 5, 5));
    }

    [Fact]
    public void What_is_left_out_is_counted_and_no_error()
    {
        Use("deadband: 1");
        Taken(5);
        Assert.Empty(_door.Gate("""{"a":5.5}"""));
        Assert.Equal((0, 1, 0, 0), (_door.Report.Taken, _door.Report.LeftOut, _door.Report.Rejected, _door.Report.Errors.Count));
    }

    [Fact]
    public void The_deadband_is_in_the_unit_of_the_rule()
    {
        Use("scale: 0.1, unit: degreeFahrenheit, deadband: 9");
        Assert.Single(_door.Gate("""{"a":320}"""));
        Assert.Empty(_door.Gate("""{"a":400}"""));
        Assert.Single(_door.Gate("""{"a":420}"""));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"$value\":5,\"$quality\":\"uncertain\"}")]
    [InlineData("{\"$value\":5,\"$quality\":\"bad\"}")]
    public void What_is_not_a_good_number_is_taken_always_and_so_is_the_first_good_one_after_it(string other)
    {
        Use("deadband: 1");
        Assert.Equal(5, Assert.Single(Taken(5)));
        Assert.Single(_door.Gate($$"""{"a":{{other}}}"""));
        Assert.Single(_door.Gate($$"""{"a":{{other}}}"""));
        Assert.Equal([5], Taken(5, 5));
    }

    [Fact]
    public void Another_reason_is_taken()
    {
        Use("deadband: 1");
        Assert.Single(_door.Gate("""{"a":{"$value":5,"$reason":"a"}}"""));
        Assert.Empty(_door.Gate("""{"a":{"$value":5,"$reason":"a"}}"""));
        Assert.Single(_door.Gate("""{"a":{"$value":5,"$reason":"b"}}"""));
        Assert.Single(_door.Gate("""{"a":5}"""));
        Assert.Empty(_door.Gate("""{"a":5}"""));
    }

    [Fact]
    public void Texts_booleans_and_enums_have_no_deadband()
    {
        _door.Use("rules: [ { tag: n, twin: P1, path: note, deadband: 1 }, { tag: r, twin: P1, path: running, deadband: 1 }, { tag: m, twin: P1, path: mode, deadband: 1 } ]");
        Assert.Equal(3, _door.Gate("""{"n":"x","r":true,"m":2}""").Length);
        Assert.Equal(3, _door.Gate("""{"n":"x","r":true,"m":2}""").Length);
    }

    [Fact]
    public void The_longest_silence_ends_with_a_value_that_is_due()
    {
        Use("deadband: 1, maxInterval: PT10S");
        Assert.Single(_door.Gate("""{"a":5,"$time":1000}"""));
        Assert.Empty(_door.Gate("""{"a":5,"$time":10999}"""));
        Assert.Single(_door.Gate("""{"a":5,"$time":11000}"""));
        Assert.Empty(_door.Gate("""{"a":5,"$time":20999}"""));
    }

    [Fact]
    public void A_late_value_and_one_sent_again_are_taken()
    {
        Use("deadband: 1");
        Assert.Single(_door.Gate("""{"a":5,"$time":5000}"""));
        Assert.Single(_door.Gate("""{"a":5,"$time":4000}"""));
        Assert.Single(_door.Gate("""{"a":5,"$time":4000}"""));
        Assert.Empty(_door.Gate("""{"a":5,"$time":4001}"""));
    }

    [Fact]
    public void Each_rule_twin_and_path_has_its_own()
    {
        _door.Use("rules: [ { pattern: \"{t}.{p}\", twin: \"{t}\", path: \"{p}\", deadband: 1 } ]");
        Assert.Equal(3, _door.Gate("""{"P1.temperature":5,"P1.pressure":5,"P2.temperature":5}""").Length);
        Assert.Equal(["P1.pressure=7"], _door.Gate("""{"P1.temperature":5,"P1.pressure":7,"P2.temperature":5}"""));
    }

    [Fact]
    public void Two_objects_of_one_message_are_compared_with_each_other()
    {
        Use("deadband: 1");
        Assert.Equal(["P1.temperature=5", "P1.temperature=7"], _door.Gate("""[{"a":5},{"a":5.5},{"a":7},{"a":7.5}]"""));
    }

    [Theory]
    [InlineData("[{\"a\":9},{\"a\":", "GMI001")]
    [InlineData("""{"a":9,"$time":"soon"}""", "GMI005")]
    [InlineData("""{"a":9,"b":"x","$atomic":true}""", "GMI024 GMI016")]
    public void What_was_refused_is_not_remembered(string refused, string codes)
    {
        _door.Use("rules: [ { tag: a, twin: P1, path: temperature, deadband: 1 }, { tag: b, twin: P1, path: count } ]");
        Assert.Single(_door.Gate("""{"a":5}"""));
        Assert.Empty(_door.Gate(refused));
        Assert.Equal(codes, _door.Codes);
        Assert.Empty(_door.Gate("""{"a":5.5}"""));
        Assert.Single(_door.Gate("""{"a":9}"""));
    }

    [Fact]
    public void All_connections_of_a_device_share_what_was_taken_and_forgetting_lets_the_next_one_through()
    {
        Mapping mapping = Use("deadband: 1");
        Assert.Single(_door.Gate("""{"a":5}"""));
        _door.Gateway = new GatewayDecoder(new IngestOptions(), _door);
        _door.Gateway.Use(mapping, "gw-1", _door.Deadbands);
        Assert.Empty(_door.Gate("""{"a":5}"""));
        _door.Deadbands.Forget();
        Assert.Single(_door.Gate("""{"a":5}"""));
        Assert.Empty(_door.Gate("""{"a":5}"""));
    }

    [Fact]
    public void A_twin_of_another_model_begins_anew()
    {
        Use("deadband: 1");
        Assert.Single(_door.Gate("""{"a":5}"""));
        _door.Delete("P1");
        _door.Create("P1", "SmartPump");
        Assert.Single(_door.Gate("""{"a":5}"""));
    }

    private Mapping Use(string members) => _door.Use($"rules: [ {{ tag: a, twin: P1, path: temperature, {members} }} ]");

    private double[] Taken(params double[] values)
    {
        return
        [
            .. values
                .Where(value => _door.Gate(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{{\"a\":{value}}}")).Length > 0),
        ];
    }
}
