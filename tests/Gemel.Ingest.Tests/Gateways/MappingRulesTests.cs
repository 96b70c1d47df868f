namespace Gemel.Ingest.Tests.Gateways;

/// <summary>docs/reference/mapping.md, rule by rule, for messages.</summary>
public sealed class MappingRulesTests : IDisposable
{
    private readonly TestDoor _door = new();

    public void Dispose() => _door.Dispose();

    [Theory]
    // Plain values.
    [InlineData("path: temperature", "1.5", "P1.temperature=1.5")]
    [InlineData("path: total", "9007199254740993", "P1.total=9007199254740993")]
    [InlineData("path: total", "\" +0009007199254740993 \"", "P1.total=9007199254740993")]
    [InlineData("path: temperature", "\"1.50\"", "P1.temperature=1.5")]
    [InlineData("path: note", "\"1.50\"", "P1.note=\"1.50\"")]
    [InlineData("path: running", "true", "P1.running=true")]
    [InlineData("path: curve", "[1,2]", "P1.curve=[1,2]")]
    [InlineData("path: motor.speed", "7", "P1.motor.speed=7")]
    [InlineData("path: vibration", "7", "P1.vibration=7")]
    // No value.
    [InlineData("path: temperature", "null", "P1.temperature=null bad noValue")]
    [InlineData("path: temperature, noValue: [\"NaN\", \"-\"]", "\"NaN\"", "P1.temperature=null bad noValue")]
    [InlineData("path: temperature, noValue: [\"NaN\"]", "{\"$value\":\"NaN\",\"$reason\":\"gone\"}", "P1.temperature=null bad gone")]
    [InlineData("path: note, noValue: [\"-\"]", "\"-\"", "P1.note=null bad noValue")]
    [InlineData("path: note, noValue: [\"-\"]", "\"--\"", "P1.note=\"--\"")]
    // Replacements: enum names and values, numbers in any form, booleans, texts, anything else.
    [InlineData("path: state, values: { 0: closed, 1: open }", "1", "P1.state=\"O\"")]
    [InlineData("path: state, values: { 0: closed, 1: O }", "1.0", "P1.state=\"O\"")]
    [InlineData("path: state, values: { 0: closed, 1: open }", "0e0", "P1.state=\"C\"")]
    [InlineData("path: state, values: { 0: closed, 1: open }", "-0.0", "P1.state=\"C\"")]
    [InlineData("path: state, values: { 0.10: closed }", "1e-1", "P1.state=\"C\"")]
    [InlineData("path: state, values: { 1: open }", "\"1\"", "P1.state=\"O\"")]
    [InlineData("path: state, values: { auf: open }", "\"auf\"", "P1.state=\"O\"")]
    [InlineData("path: state, values: { true: open, false: closed }", "true", "P1.state=\"O\"")]
    [InlineData("path: state, values: { 1: open, \"*\": closed }", "17", "P1.state=\"C\"")]
    [InlineData("path: state, values: { 1: open, \"*\": closed }", "\"x\"", "P1.state=\"C\"")]
    [InlineData("path: mode, values: { 5: automatic, 6: 0 }", "5", "P1.mode=2")]
    [InlineData("path: mode, values: { 5: automatic, 6: 0 }", "6", "P1.mode=0")]
    [InlineData("path: note, values: { 1: \"12\", 2: low }", "1", "P1.note=\"12\"")]
    [InlineData("path: count, values: { low: 12 }", "\"low\"", "P1.count=12")]
    [InlineData("path: running, values: { 0: false, 1: true }", "1", "P1.running=true")]
    [InlineData("path: count, values: { 9: null }", "9", "P1.count=null bad noValue")]
    [InlineData("path: count, values: { 9: 1 }", "{\"$value\":9,\"$quality\":\"uncertain\"}", "P1.count=1 uncertain")]
    // Scale and offset, rounded once per operation; integers to the nearest, ties to even.
    [InlineData("path: temperature, scale: 0.1", "1226", "P1.temperature=122.60000000000001")]
    [InlineData("path: temperature, scale: 0.25, offset: -1", "12", "P1.temperature=2")]
    [InlineData("path: temperature, offset: 1", "1", "P1.temperature=2")]
    [InlineData("path: temperature, scale: 2", "\"3\"", "P1.temperature=6")]
    [InlineData("path: count, scale: 0.5", "5", "P1.count=2")]
    [InlineData("path: count, scale: 0.5", "7", "P1.count=4")]
    [InlineData("path: ratio, scale: 0.1", "1", "P1.ratio=0.1")]
    // Units, after the scale; an envelope's unit says that the sender has converted already.
    [InlineData("path: temperature, unit: kelvin", "300.15", "P1.temperature=27")]
    [InlineData("path: temperature, unit: degreeCelsius", "1.10", "P1.temperature=1.1")]
    [InlineData("path: temperature, scale: 10, unit: degreeFahrenheit", "5", "P1.temperature=10")]
    [InlineData("path: rounded, scale: 1, unit: degreeFahrenheit", "72", "P1.rounded=22")]
    [InlineData("path: rounded, unit: kelvin", "283.15", "P1.rounded=10")]
    [InlineData("path: temperature, scale: 10, unit: kelvin", "{\"$value\":50,\"$unit\":\"degreeFahrenheit\"}", "P1.temperature=10")]
    [InlineData("path: temperature, scale: 10, unit: kelvin", "{\"$value\":50,\"$unit\":\"degreeCelsius\"}", "P1.temperature=50")]
    [InlineData("path: temperature, scale: 10", "{\"$value\":5,\"$time\":1000,\"$quality\":\"uncertain\",\"$reason\":\"drift\"}", "P1.temperature=50 uncertain drift @1970-01-01T00:00:01")]
    public void A_raw_value_becomes_a_value_as_the_rule_says(string rule, string raw, string expected)
    {
        _door.Use($"rules: [ {{ tag: a, twin: P1, {rule} }} ]");
        Assert.Equal([expected], _door.Gate($$"""{"a":{{raw}}}"""));
        Assert.Equal("", _door.Codes);
    }

    [Theory]
    [InlineData("path: temperature", "\"warm\"", "GMI024")]
    [InlineData("path: temperature", "\"NaN\"", "GMI024")]
    [InlineData("path: temperature", "\"1,5\"", "GMI024")]
    [InlineData("path: temperature", "\"1e999\"", "GMI024")]
    [InlineData("path: temperature", "1e999", "GMM102")]
    [InlineData("path: temperature", "{\"b\":1}", "GMM101")]
    [InlineData("path: note", "5", "GMM101")]
    [InlineData("path: state, values: { 0: closed }", "1", "GMI023")]
    [InlineData("path: state, values: { 0: closed }", "\"closed\"", "GMI023")]
    [InlineData("path: state, values: { 0: closed }", "[0]", "GMI023")]
    [InlineData("path: state, values: { 0: ajar }", "0", "GMM105")]
    [InlineData("path: count, values: { 0: \"5\" }", "0", "GMM101")]
    [InlineData("path: temperature, scale: 2", "true", "GMI024")]
    [InlineData("path: temperature, scale: 2", "[1]", "GMI024")]
    [InlineData("path: temperature, scale: 1e308", "1e308", "GMI025")]
    [InlineData("path: count, scale: 2", "2147483647", "GMI025")]
    [InlineData("path: note, scale: 2", "2", "GMI025")]
    [InlineData("path: running, scale: 2", "0.5", "GMI025")]
    [InlineData("path: temperature, unit: kilogram", "1", "GMI006")]
    [InlineData("path: pressure, unit: kilopascal", "1", "GMI006")]
    [InlineData("path: rounded, unit: degreeFahrenheit", "72", "GMI017")]
    [InlineData("path: temperature", "{\"$value\":1,\"$unit\":\"kilogram\"}", "GMI006")]
    public void A_raw_value_that_fails_in_a_step_makes_its_path_bad_and_names_the_tag(string rule, string raw, string code)
    {
        _door.Use($"rules: [ {{ tag: a, twin: P1, {rule} }}, {{ tag: b, twin: P2, path: pressure }} ]");
        string[] lines = _door.Gate($$"""{"a":{{raw}},"b":1}""");
        Assert.Contains("P2.pressure=1", lines);
        Assert.EndsWith("=null bad invalid", Assert.Single(lines, line => line.StartsWith("P1", StringComparison.Ordinal)));
        Assert.Equal((code, "a"), (_door.Codes, _door.Report.Errors[0].Target));
    }

    [Fact]
    public void The_mappings_own_no_value_list_holds_where_a_rule_has_none()
    {
        _door.Use("noValue: [\"-\"]\nrules: [ { tag: a, twin: P1, path: note }, { tag: b, twin: P1, path: temperature, noValue: [] } ]");
        Assert.Equal(["P1.note=null bad noValue", "P1.temperature=null bad invalid"], _door.Gate("""{"a":"-","b":"-"}"""));
    }

    [Theory]
    [InlineData("P{n}.temperature", "P{n}", "temperature", "P1.temperature", "P1.temperature=1")]
    [InlineData("{twin}.{path}", "{twin}", "motor.{path}", "P1.speed", "P1.motor.speed=1")]
    [InlineData("{a}_{*b}", "{a}", "{b}", "P1_motor.speed", "P1.motor.speed=1")]
    [InlineData("x.{a}", "{device}", "{a}", "x.temperature", "P2.temperature=1")]
    [InlineData("Tank {n}.{p}", "Tank {n}", "{p}", "Tank 3.count", "Tank 3.count=1")]
    public void Patterns_fill_templates(string pattern, string twin, string path, string tag, string expected)
    {
        _door.Use($"rules: [ {{ pattern: \"{pattern}\", twin: \"{twin}\", path: \"{path}\" }} ]", device: "P2");
        Assert.Equal([expected], _door.Gate($$"""{"{{tag}}":1}"""));
    }

    [Theory]
    [InlineData("{n}", "{n}", "temperature", "P9", "GMI008")]
    [InlineData("{n}.{p}", "{n}", "{p}", "P1.humidity", "GMI022")]
    [InlineData("{n}", "#{n}", "temperature", "P1", "GMI021")]
    [InlineData("{n}", "{device}", "temperature", "P1", "GMI021")]
    public void A_template_that_gives_no_target_is_a_rejection_of_the_value(string pattern, string twin, string path, string tag, string code)
    {
        _door.Use($"rules: [ {{ pattern: \"{pattern}\", twin: \"{twin}\", path: \"{path}\" }}, {{ tag: ok, twin: P1, path: count }} ]", device: null);
        Assert.Equal(["P1.count=1"], _door.Gate($$"""{"{{tag}}":1,"ok":1}"""));
        Assert.Equal((code, tag), (_door.Codes, _door.Report.Errors[0].Target));
    }

    [Fact]
    public void The_search_ends_with_the_first_pattern_that_fits_even_where_it_ignores_or_leads_nowhere()
    {
        _door.Use("""
            rules:
              - { pattern: "A.{x}", ignore: true }
              - { pattern: "B.{x}", twin: P9, path: temperature }
              - { pattern: "{a}.{x}", twin: P1, path: "{x}" }
              - { tag: A.count, twin: P1, path: count }
            """);
        Assert.Equal(["P1.pressure=3", "P1.count=4"], _door.Gate("""{"A.temperature":1,"B.temperature":2,"C.pressure":3,"A.count":4}"""));
        Assert.Equal("GMI008", _door.Codes);
    }

    [Fact]
    public void A_topic_alone_takes_the_whole_payload_as_one_value_or_as_an_object_of_names()
    {
        _door.Use("""
            rules:
              - { topic: "plant/{line}/{machine}/{quantity}", twin: "{machine}", path: "{quantity}", scale: 2 }
              - { topic: "plant/{line}/{machine}", twin: "{machine}" }
              - { topic: "noise/{*all}", ignore: true }
              - { tag: temperature, twin: P2, path: temperature }
            """);
        Assert.Equal(["P1.temperature=25"], _door.Gate("12.5", "plant/2/P1/temperature"));
        Assert.Equal(["P1.temperature=25 @1970-01-01T00:00:01"], _door.Gate("""{"$value":12.5,"$time":1000}""", "plant/2/P1/temperature"));
        Assert.Equal(["P1.temperature=null bad invalid"], _door.Gate("\"x\"", "plant/2/P1/temperature"));
        Assert.Equal(["P1.temperature=1", "P1.motor.speed=2"], _door.Gate("""{"temperature":1,"motor":{"speed":2}}""", "plant/2/P1"));
        Assert.Equal(["P1.count=1 @1970-01-01T00:00:01", "P1.count=2"], _door.Gate("""[{"count":1,"$time":1000},{"count":2}]""", "plant/2/P1"));
        Assert.Empty(_door.Gate("12", "noise/a/b"));
        Assert.Equal("", _door.Codes);
        Assert.Equal(["P2.temperature=3"], _door.Gate("""{"temperature":3}""", "elsewhere"));
        Assert.Equal(["Tank 3.temperature=3"], _door.Gate("""{"$twin":"Tank 3","temperature":3}""", "plant/2/P1/temperature"));
        Assert.Empty(_door.Gate("12.5", "plant/2/P9/temperature"));
        Assert.Equal("GMI008", _door.Codes);
        Assert.Empty(_door.Gate("{\"temperature\":1}", "plant/2/P9"));
        Assert.Equal("GMI008", _door.Codes);
        Assert.Empty(_door.Gate("12.5 x", "plant/2/P1/temperature"));
        Assert.Equal("GMI001", _door.Codes);
    }

    [Fact]
    public void Several_names_of_one_topic_rule_are_filled_in()
    {
        _door.Use("""
            rules:
              - { topic: "plant/{machine}", pattern: "{quantity}.PV", twin: "{machine}", path: "{quantity}" }
              - { topic: "plant/{machine}", tag: N, twin: "{machine}", path: note }
            """);
        Assert.Equal(["P2.temperature=1", "P2.note=\"x\""], _door.Gate("""{"temperature.PV":1,"N":"x"}""", "plant/P2"));
        Assert.Equal(["P1.temperature=1"], _door.Gate("""{"temperature.PV":1}""", "plant/P1"));
        Assert.Empty(_door.Gate("""{"N":"x"}""", "devices/gw-1/data"));
        Assert.Equal("GMI020", _door.Codes);
    }

    [Theory]
    [InlineData("rfc3339", "\"2026-03-01T08:00:00Z\"")]
    [InlineData("unixMilliseconds", "1772352000000")]
    [InlineData("unixMilliseconds", "\"1772352000000\"")]
    [InlineData("unixSeconds", "1772352000.000")]
    [InlineData("unixMicroseconds", "1772352000000000")]
    [InlineData("\"dd.MM.yyyy HH:mm\"", "\"01.03.2026 08:00\"")]
    public void The_time_under_a_tag_is_read_in_its_format(string format, string raw)
    {
        _door.Use($"time: {{ tag: t, format: {format} }}\nrules: [ {{ tag: a, twin: P1, path: temperature }} ]");
        Assert.Equal(["P1.temperature=1 @2026-03-01T08:00:00"], _door.Gate($$"""{"a":1,"t":{{raw}}}"""));
    }

    [Fact]
    public void The_example_of_the_reference_holds()
    {
        _door.Use("""
            time: { tag: stamp, format: unixMilliseconds }
            unmatched: reject
            rules:
              - { tag: PLC1.DB10.FT101, twin: P1, path: temperature, scale: 0.1, unit: degreeCelsius, deadband: 0.5 }
              - { tag: PLC1.DB10.XV7, twin: P2, path: state, values: { 0: closed, 1: open } }
              - { pattern: "PLC1.{pump}.Motor{quantity}", twin: "{pump}", path: "motor.{quantity}" }
              - { tag: PLC1.Watchdog, ignore: true }
            """);
        string[] lines = _door.Gate("""{"stamp":1770000000000,"PLC1.DB10.FT101":1220,"PLC1.DB10.XV7":1,"PLC1.P1.Motorspeed":12.4,"PLC1.Watchdog":3}""");
        Assert.Equal(
            ["P1.motor.speed=12.4 @2026-02-02T02:40:00", "P1.temperature=122 @2026-02-02T02:40:00", "P2.state=\"O\" @2026-02-02T02:40:00"],
            lines.Order(StringComparer.Ordinal));
        Assert.Equal("", _door.Codes);
    }

    [Fact]
    public void The_mapping_of_the_skab_sample_resolves_tags_of_a_gateway()
    {
        Mapping mapping = MappingReader.Read(File.ReadAllBytes(Path.Combine(RepositoryPaths.Root, "samples/skab/mapping.yaml")), "skab").Value;
        MappingMatch match = mapping.For("devices/gw-1/data").Find("BED017.Volume Flow RateRMS")!.Value;
        Assert.Equal(("bed-017", "volumeFlowRate"), (match.Rule.Twin!.Fill(match.Values), match.Rule.Path!.Fill(match.Values)));
    }
}
