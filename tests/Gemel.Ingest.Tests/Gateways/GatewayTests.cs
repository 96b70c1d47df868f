namespace Gemel.Ingest.Tests.Gateways;

/// <summary>What is taken from <c>devices/{id}/data</c>.</summary>
public sealed class GatewayTests : IDisposable
{
    private const string Tags = """
        time: { tag: stamp, format: unixMilliseconds }
        rules:
          - { tag: A.T, twin: P1, path: temperature }
          - { tag: A.P, twin: P1, path: pressure }
          - { tag: A.S, twin: P1, path: motor.speed }
          - { tag: B.T, twin: P2, path: temperature }
          - { tag: B.P, twin: P2, path: pressure }
          - { tag: A.T2, twin: P1, path: temperature }
          - { tag: Nowhere, twin: P9, path: temperature }
          - { tag: NoPath, twin: P1, path: humidity }
          - { tag: Count, twin: P1, path: count }
          - { tag: Note, twin: P1, path: note }
          - { tag: Größe, twin: P1, path: vibration }
          - { tag: Skip, ignore: true }
        """;

    private readonly TestDoor _door = new();

    public void Dispose() => _door.Dispose();

    [Theory]
    [InlineData("""{"$twin":"P1","temperature":1}""", "P1.temperature=1")]
    [InlineData("""{"temperature":1,"$twin":"P1"}""", "P1.temperature=1")]
    [InlineData("""{"$time":1000,"motor":{"speed":2},"$twin":"P1"}""", "P1.motor.speed=2 @1970-01-01T00:00:01")]
    [InlineData("""[{"$twin":"P1","temperature":1},{"$twin":"P2","pressure":2},{"$twin":"Tank 3","count":3}]""", "P1.temperature=1|P2.pressure=2|Tank 3.count=3")]
    [InlineData("""[{"$twin":"P1","temperature":1},{"$twin":"P1","temperature":2,"$time":1000}]""", "P1.temperature=1|P1.temperature=2 @1970-01-01T00:00:01")]
    [InlineData("""{"$twin":"\u0050\u0031","temperature":1}""", "P1.temperature=1")]
    public void An_object_that_names_its_twin_goes_to_it_with_and_without_a_mapping(string json, string expected)
    {
        Assert.Equal(Ordered(expected.Split('|')), Ordered(_door.Gate(json)));
        Assert.Equal("", _door.Codes);
        _door.Use(Tags);
        Assert.Equal(Ordered(expected.Split('|')), Ordered(_door.Gate(json)));
        Assert.Equal("", _door.Codes);
    }

    [Theory]
    [InlineData("""{"temperature":1}""", "GMI013")]
    [InlineData("""{"$twin":"P9","temperature":1}""", "GMI008")]
    [InlineData("""{"$twin":"P2","temperature":1}""", "GMI009")]
    [InlineData("""{"$twin":5,"temperature":1}""", "GMI008")]
    [InlineData("""{"$twin":{"a":1},"temperature":1}""", "GMI008")]
    [InlineData("""{"$twin":"","temperature":1}""", "GMI008")]
    [InlineData("""{"$twin":"\ud800","temperature":1}""", "GMI008")]
    [InlineData("""{"$twin":"P1","$twin":"P2","temperature":1}""", "GMI004")]
    [InlineData("5", "GMI002")]
    public void An_object_without_a_twin_that_is_there_and_bound_is_rejected_alone(string bad, string code)
    {
        _door.Unbound.Add("P2");
        Assert.Equal(["P1.pressure=7"], _door.Gate($$"""[{{bad}},{"$twin":"P1","pressure":7}]"""));
        Assert.Equal(code, _door.Codes);
    }

    [Fact]
    public void An_id_of_any_length_is_only_unknown()
    {
        Assert.Empty(_door.Gate($$"""{"$twin":"{{new string('x', 2000)}}","temperature":1}"""));
        Assert.Equal("GMI008", _door.Codes);
        Assert.Empty(_door.Gate($$"""{"$twin":"{{string.Concat(Enumerable.Repeat("😀", 2000))}}","temperature":1}"""));
        Assert.Equal("GMI008", _door.Codes);
    }

    [Fact]
    public void Tags_go_to_their_twins_whatever_their_order_and_what_they_are_among()
    {
        _door.Use(Tags);
        string[] lines = _door.Gate("""{"A.T":1,"B.T":2,"Skip":{"x":[1]},"A.P":3,"stamp":1000,"B.P":{"$value":4,"$time":2000},"A.S":5,"Gr\u00f6\u00dfe":6}""");
        Assert.Equal(
            [
                "P1.motor.speed=5 @1970-01-01T00:00:01", "P1.pressure=3 @1970-01-01T00:00:01", "P1.temperature=1 @1970-01-01T00:00:01",
                "P1.vibration=6 @1970-01-01T00:00:01", "P2.pressure=4 @1970-01-01T00:00:02", "P2.temperature=2 @1970-01-01T00:00:01",
            ],
            Ordered(lines));
        Assert.Equal(("", 6), (_door.Codes, _door.Report.Taken));
        Assert.Equal(2000, _door.Report.NewestSource.UnixMilliseconds);
    }

    [Fact]
    public void The_same_message_again_and_in_another_order_gives_the_same()
    {
        _door.Use(Tags);
        string[] first = Ordered(_door.Gate("""{"A.T":1,"A.P":2,"B.T":3}"""));
        Assert.Equal(first, Ordered(_door.Gate("""{"A.T":1,"A.P":2,"B.T":3}""")));
        Assert.Equal(first, Ordered(_door.Gate("""{"B.T":3,"A.P":2,"A.T":1}""")));
        Assert.Equal(first[..2], Ordered(_door.Gate("""{"A.P":2,"A.T":1}""")));
    }

    [Theory]
    [InlineData("""{"A.T":1,"Foo":2}""", "GMI020", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"Nowhere":2}""", "GMI008", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"NoPath":2}""", "GMI022", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"A.T":2}""", "GMI019", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"A.T2":2}""", "GMI019", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"$foo":2}""", "GMI012", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"\ud800":2}""", "GMI020", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"B.T":2}""", "GMI009", "P1.temperature=1")]
    [InlineData("""{"A.T":1,"Count":"x"}""", "GMI024", "P1.temperature=1,P1.count=null bad invalid")]
    [InlineData("""{"A.T":1,"Count":2147483648}""", "GMM102", "P1.temperature=1,P1.count=null bad invalid")]
    [InlineData("""{"A.T":1,"Count":true}""", "GMM101", "P1.temperature=1,P1.count=null bad invalid")]
    [InlineData("""{"A.T":1,"Count":{"$value":1,"$time":"x"}}""", "GMI005", "P1.temperature=1,P1.count=null bad invalid")]
    public void A_bad_tag_is_rejected_alone(string json, string codes, string expected)
    {
        _door.Unbound.Add("P2");
        _door.Use(Tags);
        Assert.Equal(expected.Split(','), _door.Gate(json));
        Assert.Equal(codes, _door.Codes);
        Assert.Equal((1, 1), (_door.Report.Taken, _door.Report.Rejected));
    }

    [Theory]
    [InlineData("""{"A.T":1,"$time":"soon"}""", "GMI005")]
    [InlineData("""{"A.T":1,"stamp":"soon"}""", "GMI026")]
    [InlineData("""{"A.T":1,"stamp":{}}""", "GMI026")]
    [InlineData("""{"A.T":1,"stamp":1,"stamp":2}""", "GMI004")]
    [InlineData("""{"A.T":1,"B.T":"x","$atomic":true}""", "GMI024 GMI016")]
    [InlineData("""{"A.T":1,"Foo":1,"$atomic":true}""", "GMI020 GMI016")]
    public void An_object_that_is_refused_leaves_nothing_with_any_twin(string json, string codes)
    {
        _door.Use(Tags);
        Assert.Equal(["P2.pressure=9"], _door.Gate($$"""[{{json}},{"B.P":9}]"""));
        Assert.Equal((codes, 1), (_door.Codes, _door.Report.Taken));
    }

    [Fact]
    public void Damage_after_good_objects_takes_all_of_them_out_of_all_batches()
    {
        _door.Use(Tags);
        Assert.Empty(_door.Gate("""[{"A.T":1,"B.T":2},{"$twin":"Tank 3","count":1},{"A.P":1"""));
        Assert.Equal(("GMI001", 0), (_door.Codes, _door.Report.Taken));
        Assert.True(_door.BatchOf(0).IsEmpty && _door.BatchOf(1).IsEmpty);
    }

    [Fact]
    public void The_objects_own_time_goes_before_the_mappings_and_a_missing_one_is_none()
    {
        _door.Use(Tags);
        Assert.Equal(["P1.temperature=1 @1970-01-01T00:00:02"], _door.Gate("""{"stamp":1000,"A.T":1,"$time":2000}"""));
        Assert.Equal(["P1.temperature=1"], _door.Gate("""{"A.T":1}"""));
        Assert.Equal(["P1.temperature=1"], _door.Gate("""{"A.T":1,"stamp":null}"""));
    }

    [Fact]
    public void What_was_known_of_a_tag_is_looked_up_again_when_its_twin_is_another_or_the_bindings_changed()
    {
        _door.Use(Tags);
        Assert.Single(_door.Gate("""{"A.T":1.5}"""));
        _door.Delete("P1");
        Assert.Empty(_door.Gate("""{"A.T":1.5}"""));
        Assert.Equal("GMI008", _door.Codes);
        _door.Create("P1", "SmartPump");
        Assert.Equal(["P1.temperature=null bad invalid"], _door.Gate("""{"A.T":1.5}"""));
        Assert.Equal(["P1.temperature=2"], _door.Gate("""{"A.T":2}"""));
        _door.Unbound.Add("P1");
        _door.Bindings = new object();
        Assert.Empty(_door.Gate("""{"A.T":2}"""));
        Assert.Equal("GMI009", _door.Codes);
    }

    [Fact]
    public void A_new_mapping_takes_effect_with_the_next_message()
    {
        _door.Use(Tags);
        Assert.Equal(["P1.temperature=1"], _door.Gate("""{"A.T":1}"""));
        _door.Use("rules: [ { tag: A.T, twin: P2, path: pressure } ]");
        Assert.Equal(["P2.pressure=1"], _door.Gate("""{"A.T":1}"""));
        _door.Gateway.Use(null, null, _door.Deadbands);
        Assert.Empty(_door.Gate("""{"A.T":1}"""));
        Assert.Equal("GMI013", _door.Codes);
    }

    [Fact]
    public void With_unmatched_ignore_tags_without_a_rule_are_left_out_in_silence()
    {
        _door.Use("unmatched: ignore\nrules: [ { tag: a, twin: P1, path: temperature } ]");
        Assert.Equal(["P1.temperature=1"], _door.Gate("""{"b":{"c":[1,{"$twin":"x"}]},"a":1}"""));
        Assert.Equal("", _door.Codes);
    }

    [Fact]
    public void More_twins_and_values_than_any_first_guess_are_taken_in_one_object()
    {
        _door.Use("rules: [ { pattern: \"{twin}.note\", twin: \"{twin}\", path: note } ]");
        string[] twins = [.. Enumerable.Range(0, 200).Select(i => $"T{i}")];
        foreach (string twin in twins)
        {
            _door.Create(twin, "Pump");
        }
        string[] lines = _door.Gate($"{{{string.Join(",", twins.Select(twin => $"\"{twin}.note\":\"{twin} {new string('x', 50)}\""))}}}");
        Assert.Equal(twins.Select(twin => $"{twin}.note=\"{twin} {new string('x', 50)}\"").Order(StringComparer.Ordinal), Ordered(lines));
    }

    private static string[] Ordered(string[] lines) => [.. lines.Order(StringComparer.Ordinal)];
}
