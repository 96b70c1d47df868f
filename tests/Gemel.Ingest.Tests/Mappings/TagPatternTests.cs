using Gemel.Server.Replay;

namespace Gemel.Server.Tests.Replay;

public sealed class TagPatternTests
{
    [Theory]
    [InlineData("BED{bed}.{sensor}", "BED017.Volume Flow RateRMS", "bed=017,sensor=Volume Flow RateRMS")]
    [InlineData("{a}_{b}", "x_y_z", "a=x,b=y_z")]
    [InlineData("PS1.{*rest}", "PS1.a.b/c", "rest=a.b/c")]
    [InlineData("plant/{line}/{machine}", "plant/2/press", "line=2,machine=press")]
    [InlineData("{{{a}}}", "{x}", "a=x")]
    [InlineData("a+b*[{c}]", "a+b*[1]", "c=1")]
    public void A_pattern_takes_the_fewest_characters_and_no_separators(string pattern, string tag, string expected)
    {
        Assert.True(TagPattern.Parse(pattern).Value.TryMatch(tag, out IReadOnlyDictionary<string, string>? values));
        Assert.Equal(expected, string.Join(",", values.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("BED{bed}.Current", "bed017.Current")]
    [InlineData("BED{bed}.Current", "BED.Current")]
    [InlineData("BED{bed}.Current", "BED1.2.Current")]
    [InlineData("BED{bed}.Current", "BED1.Current2")]
    [InlineData("BED{bed}.Current", "BED1.Current\n")]
    [InlineData("a.b", "aXb")]
    public void A_pattern_matches_the_whole_tag_or_not_at_all(string pattern, string tag) =>
        Assert.False(TagPattern.Parse(pattern).Value.TryMatch(tag, out _));

    [Theory]
    [InlineData("{a")]
    [InlineData("a}")]
    [InlineData("{}")]
    [InlineData("{1a}")]
    [InlineData("{a b}")]
    [InlineData("{a}.{a}")]
    [InlineData("{a}{b}")]
    [InlineData("{*a}.b")]
    [InlineData("")]
    public void A_broken_pattern_is_an_error(string pattern) =>
        Assert.Equal("GMX013", Assert.Single(TagPattern.Parse(pattern).Errors).Code.Code);

    [Fact]
    public void A_template_fills_in_what_the_pattern_took()
    {
        TextTemplate template = TextTemplate.Parse("bed-{bed}", ["bed"]).Value;
        Assert.Equal("bed-017", template.Fill(new Dictionary<string, string> { ["bed"] = "017" }));
    }

    [Fact]
    public void A_template_with_a_name_that_no_pattern_has_is_an_error() =>
        Assert.Contains("'bed-{line}'", Assert.Single(TextTemplate.Parse("bed-{line}", ["bed"]).Errors).Message);
}
