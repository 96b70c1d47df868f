using Gemel.Server.Replay;

namespace Gemel.Server.Tests.Replay;

public sealed class ReplayMappingReaderTests
{
    [Theory]
    [InlineData("samples/skab/mapping.yaml", 18)]
    [InlineData("samples/pumping-station/mapping.yaml", 10)]
    public void The_samples_are_valid(string path, int rules)
    {
        Outcome<ReplayMapping> read = ReplayMappingReader.Read(File.ReadAllText(Path.Combine(RepositoryPaths.Root, path)), path);
        Assert.Empty(read.Errors);
        Assert.Equal(rules, read.Value.Rules.Count);
    }

    [Fact]
    public void Json_is_read_as_well()
    {
        const string json = """{"mapping":"m","version":1,"rules":[{"tag":"a","twin":"t","path":"p","values":{"0":"closed","1":true}}]}""";
        ReplayRule rule = Assert.Single(ReplayMappingReader.Read(json, "m.json").Value.Rules);
        Assert.Equal("\"closed\"", rule.Conversion.Replacements!["0"]);
        Assert.Equal("true", rule.Conversion.Replacements["1"]);
    }

    [Fact]
    public void An_exact_tag_goes_before_a_pattern_and_the_first_pattern_before_the_second()
    {
        ReplayMapping mapping = Read("""
            rules:
              - { pattern: "P{n}.x", twin: "first-{n}", path: x }
              - { pattern: "P1.{q}", twin: second, path: "{q}" }
              - { tag: P1.x, twin: exact, path: x }
            """).Value;
        Assert.Equal("P1.x", mapping.Find("P1.x")!.Value.Rule.Tag);
        Assert.Equal("P{n}.x", mapping.Find("P2.x")!.Value.Rule.Pattern!.Text);
        Assert.Equal("P1.{q}", mapping.Find("P1.y")!.Value.Rule.Pattern!.Text);
        Assert.Null(mapping.Find("Q"));
    }

    [Fact]
    public void All_errors_come_at_once_each_with_its_place()
    {
        Outcome<ReplayMapping> read = Read("""
            unmatched: perhaps
            rules:
              - { tag: a, path: p }
              - { tag: b, pattern: c, twin: t, path: p }
              - { tag: d, twin: "t-{x}", path: p, scael: 2 }
              - { tag: e, twin: t, path: p, scale: 0, values: { 0: a } }
              - { tag: e, twin: t, path: p }
            """);
        Assert.Equal(
            ["GMX011@3", "GMX011@5", "GMX011@6", "GMX012@7", "GMX013@7", "GMX011@8", "GMX011@8", "GMX014@0"],
            read.Errors.OrderBy(e => e.Position?.Line ?? int.MaxValue).ThenBy(e => e.Code.Code).Select(e => $"{e.Code.Code}@{e.Position?.Line ?? 0}"));
    }

    [Theory]
    [InlineData("rules: [")]
    [InlineData("- a")]
    [InlineData("a: 1\na: 2")]
    public void What_is_not_one_yaml_object_is_malformed(string text) =>
        Assert.Equal("GMX010", Assert.Single(ReplayMappingReader.Read(text, "m").Errors).Code.Code);

    [Theory]
    [InlineData("time: { tag: t, format: yyyy }")]
    [InlineData("time: { tag: t, zone: Mars/Olympus }")]
    [InlineData("time: { format: rfc3339 }")]
    [InlineData("source: { format: xlsx }")]
    [InlineData("source: { format: csv, delimiter: \"ab\" }")]
    [InlineData("source: { format: csv, delimiter: \"'\", quote: \"'\" }")]
    [InlineData("source: { format: csv, skip: -1 }")]
    public void A_broken_section_is_an_error(string section) =>
        Assert.Equal("GMX011", Assert.Single(Read($"{section}\nrules:\n  - {{ tag: a, twin: t, path: p }}").Errors).Code.Code);

    [Theory]
    [InlineData("maxInterval: PT1M")]
    [InlineData("deadband: 1, maxInterval: soon")]
    [InlineData("deadband: -1")]
    [InlineData("values: {}")]
    [InlineData("values: { 0: a, 0.0: b }")]
    [InlineData("ignore: true")]
    [InlineData("scale: many")]
    public void A_broken_conversion_is_an_error(string members) =>
        Assert.All(Read($"rules:\n  - {{ tag: a, twin: t, path: p, {members} }}").Errors.DefaultIfEmpty(null), error => Assert.Equal("GMX011", error?.Code.Code));

    private static Outcome<ReplayMapping> Read(string rest) => ReplayMappingReader.Read($"mapping: m\nversion: 1\n{rest}", "m.yaml");
}
