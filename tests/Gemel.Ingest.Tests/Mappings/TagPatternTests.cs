using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace Gemel.Ingest.Tests.Mappings;

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
        Assert.Equal("GMI104", Assert.Single(TagPattern.Parse(pattern).Errors).Code.Code);

    [Fact]
    public void A_template_fills_in_what_the_pattern_took()
    {
        TextTemplate template = TextTemplate.Parse("bed-{bed}", ["bed"]).Value;
        Assert.Equal("bed-017", template.Fill(new Dictionary<string, string> { ["bed"] = "017" }));
    }

    [Fact]
    public void A_template_with_a_name_that_no_pattern_has_is_an_error() =>
        Assert.Contains("'bed-{line}'", Assert.Single(TextTemplate.Parse("bed-{line}", ["bed"]).Errors).Message);

    [Fact]
    public void One_pass_finds_what_a_search_with_going_back_finds()
    {
        Gen<string> literal = Gen.String[Gen.Char["ab._/{"], 1, 3];
        Gen.Select(literal.Array[0, 4], Gen.Bool, Gen.Bool, Gen.Bool, Gen.String[Gen.Char["ab._/{"], 0, 12]).Sample((literals, first, last, rest, tag) =>
        {
            var pattern = new StringBuilder(first || literals.Length == 0 ? "{n0}" : "");
            var regex = new StringBuilder(first || literals.Length == 0 ? @"\A([^./]+?)" : @"\A");
            for (int i = 0; i < literals.Length; i++)
            {
                bool isLast = i == literals.Length - 1;
                pattern.Append(literals[i].Replace("{", "{{", StringComparison.Ordinal)).Append(!isLast || last ? isLast && rest ? $"{{*n{i + 1}}}" : $"{{n{i + 1}}}" : "");
                regex.Append(Regex.Escape(literals[i])).Append(!isLast || last ? isLast && rest ? "(.+)" : "([^./]+?)" : "");
            }
            Match expected = Regex.Match(tag, regex.Append(@"\z").ToString(), RegexOptions.Singleline);
            bool isMatch = TagPattern.Parse(pattern.ToString()).Value.TryMatch(tag, out IReadOnlyDictionary<string, string>? values);
            return isMatch == expected.Success && (!isMatch || expected.Groups.Values.Skip(1).Select(g => g.Value).SequenceEqual(values!.Values));
        }, iter: 20_000);
    }

    [Fact]
    public void A_pattern_of_many_placeholders_takes_a_long_tag_in_one_pass()
    {
        TagPattern pattern = TagPattern.Parse(string.Join("a", Enumerable.Range(0, 500).Select(i => $"{{n{i}}}")) + "b").Value;
        Assert.False(pattern.TryMatch(new string('a', 100_000), out _));
        Assert.True(pattern.TryMatch(new string('a', 100_000) + "b", out IReadOnlyDictionary<string, string>? values));
        Assert.Equal(500, values.Count);
    }
}
