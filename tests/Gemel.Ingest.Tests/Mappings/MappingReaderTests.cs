using System.Text;

namespace Gemel.Ingest.Tests.Mappings;

/// <summary>The last section of docs/reference/mapping.md row by row, and what is read where nothing is wrong.</summary>
public sealed class MappingReaderTests
{
    private const string Good = "{ tag: a, twin: t, path: p }";

    [Theory]
    [InlineData("samples/skab/mapping.yaml", 18)]
    [InlineData("samples/pumping-station/mapping.yaml", 10)]
    public void The_samples_are_valid(string path, int rules)
    {
        Outcome<Mapping> read = MappingReader.Read(File.ReadAllBytes(Path.Combine(RepositoryPaths.Root, path)), path);
        Assert.Empty(read.Errors);
        Assert.Equal(rules, read.Value.Rules.Count);
    }

    [Theory]
    [InlineData("""{"mapping":"m","version":1,"rules":[{"tag":"a","twin":"t","path":"p","values":{"0":"closed","1":true}}]}""")]
    [InlineData("{\n\t\"mapping\": \"m\",\n\t\"version\": 1,\n\t\"rules\": [\n\t\t{ \"tag\": \"a\", \"twin\": \"t\", \"path\": \"p\", \"values\": { \"0\": \"closed\", \"1\": true } }\n\t]\n}\n")]
    [InlineData("\uFEFFmapping: m\nversion: 1\nrules:\n  - tag: a\n    twin: t\n    path: p\n    values: { 0: closed, 1: true }")]
    public void Json_and_yaml_are_read(string document)
    {
        MappingRule rule = Assert.Single(MappingReader.Read(document, "m").Value.Rules);
        Assert.Equal("\"closed\"", rule.Conversion.Replacements!["0"]);
        Assert.Equal("true", rule.Conversion.Replacements["1"]);
    }

    [Fact]
    public void Everything_that_may_be_written_is_read()
    {
        Mapping mapping = Read("""
            description: of the boiler house
            twin: "{device}"
            time: { tag: stamp, format: "yyyy-MM-dd'T'HH:mm:ss.fff zzz", zone: UTC }
            unmatched: ignore
            noValue: ["NaN", "-"]
            source: { format: csv, delimiter: "\t", quote: "'", header: false, encoding: latin1, decimal: ",", skip: 2, comment: "#", empty: null }
            rules:
              - { tag: a, path: p, type: number, scale: 2, offset: -1, unit: kelvin, deadband: 0.5, maxInterval: PT1M }
              - { pattern: "{x}.b", twin: "t-{x}-{file}", path: "c.{x}", noValue: [] }
              - { topic: "plant/{line}", pattern: "{x}", twin: "{line}", path: "{x}" }
              - { topic: "plant/{*rest}", twin: "{rest}" }
              - { tag: 7, ignore: true }
            """).Value;
        Assert.Equal(new CsvFormat('\t', '\'', false, true, ',', 2, '#', true), mapping.Csv);
        ValueConversion conversion = mapping.Rules[0].Conversion;
        Assert.Equal(((2.0, -1.0), "kelvin", 0.5, TimeSpan.FromMinutes(1), CellType.Number), (conversion.Linear, conversion.Unit, conversion.Deadband, conversion.MaxInterval, conversion.Type));
        Assert.Equal(["-", "NaN"], conversion.NoValue.Order());
        Assert.Empty(mapping.Rules[1].Conversion.NoValue);
        Assert.True(mapping is { IsUnmatchedIgnored: true, HasTopics: true, HasDeadbands: true, Time.Tag: "stamp" });
        Assert.Equal("7", mapping.Rules[4].Tag);
    }

    [Theory]
    [InlineData("rules: [")]
    [InlineData("- a")]
    [InlineData("")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: &x 1\nb: 2")]
    [InlineData("a: 1\nb: *x")]
    [InlineData("a: !!str 1")]
    [InlineData("a: !mine 1")]
    [InlineData("a: 1\n---\nb: 1")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("a: 'b")]
    public void What_is_not_one_yaml_object_of_the_json_schema_is_malformed(string text)
    {
        GemelError error = Assert.Single(MappingReader.Read(text, "m").Errors);
        Assert.Equal("GMI101", error.Code.Code);
        Assert.Equal("m", error.Position!.Value.Document);
        Assert.True(error.Position.Value.Line > 0);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_malformed() =>
        Assert.Equal("GMI101", Assert.Single(MappingReader.Read([.. "mapping: "u8, 0xC3, 0x28], "m").Errors).Code.Code);

    [Fact]
    public void A_nesting_of_100_000_is_refused_and_not_followed()
    {
        Assert.Equal("GMI101", Assert.Single(MappingReader.Read(new string('[', 100_000), "m").Errors).Code.Code);
        Assert.Equal("GMI101", Assert.Single(MappingReader.Read($"a: {new string('{', 100_000)}", "m").Errors).Code.Code);
    }

    [Fact]
    public void More_than_1_MiB_and_more_than_100_000_rules_are_refused()
    {
        byte[] large = Encoding.UTF8.GetBytes($"mapping: m\nversion: 1\nrules: [{Good}]\n#{new string('x', MappingReader.MaxBytes)}");
        Assert.Equal("GMI107", Assert.Single(MappingReader.Read(large, "m").Errors).Code.Code);
        string many = string.Concat(Enumerable.Range(0, MappingReader.MaxRules + 1).Select(_ => "\n- a"));
        Assert.Equal("GMI107", Assert.Single(Read($"rules:{many}").Errors).Code.Code);
    }

    [Theory]
    [InlineData("mapping: m\nversion: 2\nrules: [RULE]", 2)]
    [InlineData("mapping: m\nversion: \"1\"\nrules: [RULE]", 2)]
    [InlineData("mapping: m\nrules: [RULE]", 1)]
    [InlineData("version: 1\nrules: [RULE]", 1)]
    [InlineData("mapping: a/b\nversion: 1\nrules: [RULE]", 1)]
    [InlineData("mapping: $a\nversion: 1\nrules: [RULE]", 1)]
    [InlineData("mapping: null\nversion: 1\nrules: [RULE]", 1)]
    [InlineData("mapping: [m]\nversion: 1\nrules: [RULE]", 1)]
    [InlineData("mapping: m\nversion: 1\nunmatched: perhaps\nrules: [RULE]", 3)]
    [InlineData("mapping: m\nversion: 1\nnoValue: x\nrules: [RULE]", 3)]
    [InlineData("mapping: m\nversion: 1\nnoValue: [[x]]\nrules: [RULE]", 3)]
    [InlineData("mapping: m\nversion: 1", 1)]
    [InlineData("mapping: m\nversion: 1\nrules: []", 3)]
    [InlineData("mapping: m\nversion: 1\nrules: x", 3)]
    [InlineData("mapping: m\nversion: 1\nrules: [x]", 3)]
    [InlineData("mapping: m\nversion: 1\ndescription: {}\nrules: [RULE]", 3)]
    public void A_wrong_member_is_an_error_at_its_place(string document, int line)
    {
        Outcome<Mapping> read = MappingReader.Read(document.Replace("RULE", Good, StringComparison.Ordinal), "m.yaml");
        Assert.Equal([$"GMI102 {line}"], read.Errors.Select(e => $"{e.Code.Code} {e.Position!.Value.Line}").Distinct());
    }

    [Theory]
    [InlineData("foo: 1\nrules: [RULE]", "GMI103")]
    [InlineData("time: { tag: t, fromat: x }\nrules: [RULE]", "GMI103")]
    [InlineData("Rules: [RULE]\nrules: [RULE]", "GMI103")]
    [InlineData("time: { tag: t, format: yyyy }\nrules: [RULE]", "GMI102")]
    [InlineData("time: { tag: t, format: yyyy-MM-dd }\nrules: [RULE]", "GMI102")]
    [InlineData("time: { tag: t, format: \"yyyy-MM-ddTHH\" }\nrules: [RULE]", "GMI102")]
    [InlineData("time: { tag: t, format: \"yyyy-MM-dd'T HH\" }\nrules: [RULE]", "GMI102")]
    [InlineData("time: { tag: t, format: unixseconds }\nrules: [RULE]", "GMI102")]
    [InlineData("time: { tag: t, zone: Mars/Olympus }\nrules: [RULE]", "GMI102")]
    [InlineData("time: { format: rfc3339 }\nrules: [RULE]", "GMI102")]
    [InlineData("time: { tag: a }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: xlsx }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { delimiter: \";\" }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, delimiter: ab }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, delimiter: \"'\", quote: \"'\" }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, comment: \",\" }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, comment: '\"' }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, skip: -1 }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, skip: 1.5 }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, header: \"true\" }\nrules: [RULE]", "GMI102")]
    [InlineData("source: { format: csv, encoding: utf8 }\nrules: [RULE]", "GMI102")]
    [InlineData("rules: [{ twin: t, path: p }]", "GMI102")]
    [InlineData("rules: [{ tag: a, pattern: b, twin: t, path: p }]", "GMI102")]
    [InlineData("rules: [{ tag: a, path: p }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t }]", "GMI102")]
    [InlineData("rules: [{ topic: x, path: p }]", "GMI102")]
    [InlineData("rules: [{ topic: x, twin: t, scale: 2 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, ignore: true }]", "GMI102")]
    [InlineData("rules: [{ tag: a, ignore: true, scale: 2 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, ignore: perhaps }]", "GMI102")]
    [InlineData("rules: [{ pattern: \"{a\", twin: t, path: p }]", "GMI104")]
    [InlineData("rules: [{ pattern: \"{}\", twin: t, path: p }]", "GMI104")]
    [InlineData("rules: [{ pattern: \"{a}.{a}\", twin: t, path: p }]", "GMI104")]
    [InlineData("rules: [{ pattern: \"{a}{b}\", twin: t, path: p }]", "GMI104")]
    [InlineData("rules: [{ pattern: \"{*a}.b\", twin: t, path: p }]", "GMI104")]
    [InlineData("rules: [{ topic: \"{a}\", pattern: \"{a}.b\", twin: t, path: p }]", "GMI104")]
    [InlineData("rules: [{ pattern: \"{a}\", twin: \"{b}\", path: p }]", "GMI104")]
    [InlineData("rules: [{ pattern: \"{*a}\", twin: \"{*a}\", path: p }]", "GMI104")]
    [InlineData("rules: [{ tag: a, twin: \"{file}\", path: p }]", "GMI104")]
    [InlineData("twin: \"t-{x}\"\nrules: [{ tag: a, path: p }]", "GMI104")]
    [InlineData("rules: [RULE, RULE]", "GMI105")]
    [InlineData("rules: [{ topic: \"x/{a}\", tag: a, twin: t, path: p }, { topic: \"x/{b}\", tag: a, twin: t, path: p }]", "GMI105")]
    [InlineData("rules: [{ pattern: \"{a}.x\", twin: t, path: p }, { pattern: \"{b}.x\", ignore: true }]", "GMI106")]
    [InlineData("rules: [{ topic: \"x/{a}\", twin: t }, { topic: \"x/{b}\", twin: t }]", "GMI106")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, unit: furlong }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, type: date }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, values: { 0: a }, scale: 2 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, values: { 0: a }, offset: 2 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, values: {} }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, values: { 0: a, 0.0: b } }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, values: { 0: a, 1: [b] } }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, values: 5 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, scale: 0 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, scale: .inf }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, scale: 1e999 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, offset: NaN }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, scale: \"2\" }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, deadband: -1 }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, maxInterval: PT1M }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, deadband: 1, maxInterval: PT0S }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, deadband: 1, maxInterval: soon }]", "GMI102")]
    [InlineData("rules: [{ tag: a, twin: t, path: p, deadband: 1, maxInterval: P99999999999D }]", "GMI102")]
    public void Every_slip_is_found_and_has_a_place(string rest, string code)
    {
        Outcome<Mapping> read = Read(rest.Replace("RULE", Good, StringComparison.Ordinal));
        Assert.NotEmpty(read.Errors);
        Assert.Equal([code], read.Errors.Select(error => error.Code.Code).Distinct());
        Assert.All(read.Errors, error => Assert.True(error.Position is { Document: "m.yaml", Line: > 2, Column: > 0 } or { Line: 1 }));
        Assert.All(read.Errors, error => Assert.NotEmpty(error.Message));
    }

    [Fact]
    public void All_errors_come_at_once_in_the_order_of_the_document()
    {
        Outcome<Mapping> read = Read("""
            unmatched: perhaps
            rules:
              - { tag: a, path: p }
              - { tag: b, pattern: c, twin: t, path: p }
              - { tag: d, twin: "t-{x}", path: p, scael: 2 }
              - { tag: e, twin: t, path: p, scale: 0, values: { 0: a } }
              - { tag: e, twin: t, path: p }
            """);
        Assert.Equal(
            ["GMI102@3", "GMI102@5", "GMI102@6", "GMI104@7", "GMI103@7", "GMI102@8", "GMI102@8", "GMI105@9"],
            read.Errors.Select(e => $"{e.Code.Code}@{e.Position!.Value.Line}"));
    }

    [Fact]
    public void Of_a_hundred_thousand_slips_the_first_hundred_are_told_and_the_others_counted()
    {
        StringBuilder slips = new("rules: [{ tag: a, twin: t, path: p }]\n");
        for (int i = 0; i < 100_000; i++)
        {
            slips.Append(i.ToString("x", System.Globalization.CultureInfo.InvariantCulture)).Append(": 0\n");
        }
        IReadOnlyList<GemelError> errors = Read(slips.ToString()).Errors;
        Assert.Equal(101, errors.Count);
        Assert.Equal([.. Enumerable.Range(4, 100)], errors.SkipLast(1).Select(e => e.Position!.Value.Line));
        Assert.Equal("GMI108: The mapping has 99900 more errors; the first 100 are listed. Mend those first, then read it again.", errors[^1].ToString());
    }

    [Fact]
    public void An_exact_tag_goes_before_a_pattern_and_the_first_pattern_before_the_second()
    {
        MappingScope rules = Read("""
            rules:
              - { pattern: "P{n}.x", twin: "first-{n}", path: x }
              - { pattern: "P1.{q}", twin: second, path: "{q}" }
              - { tag: P1.x, twin: exact, path: x }
            """).Value.For("devices/gw-1/data");
        Assert.Equal("P1.x", rules.Find("P1.x")!.Value.Rule.Tag);
        Assert.Equal("P{n}.x", rules.Find("P2.x")!.Value.Rule.Pattern!.Text);
        Assert.Equal("P1.{q}", rules.Find("P1.y")!.Value.Rule.Pattern!.Text);
        Assert.Null(rules.Find("Q"));
        Assert.Null(rules.Find("p1.x"));
    }

    [Fact]
    public void Rules_with_a_topic_that_fits_go_before_rules_without_and_others_are_not_looked_at()
    {
        Mapping mapping = Read("""
            rules:
              - { tag: x, twin: plain, path: x }
              - { topic: "a/{n}", pattern: "{q}", twin: "topical-{n}", path: "{q}" }
              - { topic: "a/{n}", tag: y, twin: "exact-{n}", path: y }
              - { topic: "b/c", twin: whole }
            """).Value;
        Assert.Equal([1, 2, 1], new[] { "x", "y", "z" }.Select(tag => mapping.For("a/7").Find(tag)!.Value.Rule.Number));
        Assert.Equal("topical-7", mapping.For("a/7").Find("x")!.Value.Rule.Twin!.Fill(mapping.For("a/7").Find("x")!.Value.Values));
        Assert.Equal(0, mapping.For("a/7/8").Find("x")!.Value.Rule.Number);
        Assert.Null(mapping.For(topic: null).Find("y"));
        Assert.Equal(3, mapping.For("b/c").WholePayload!.Value.Rule.Number);
        Assert.Null(mapping.For("a/7").WholePayload);
    }

    private static Outcome<Mapping> Read(string rest) => MappingReader.Read($"mapping: m\nversion: 1\n{rest}", "m.yaml");
}
