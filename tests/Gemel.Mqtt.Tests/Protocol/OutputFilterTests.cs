using CsCheck;
using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt.Tests.Protocol;

public sealed class OutputFilterTests
{
    [Theory]
    [InlineData("twins/P1/state", "P1", "S")]
    [InlineData("twins/P1/changes", "P1", "C")]
    [InlineData("devices/g/rejections", "g", "R")]
    [InlineData("twins/a%2Fb/state", "a/b", "S")]
    [InlineData("twins/+/state", null, "S")]
    [InlineData("twins/#", null, "SC")]
    [InlineData("twins/P1/#", "P1", "SC")]
    [InlineData("twins/P1/state/#", "P1", "S")]
    [InlineData("+/P1/+", "P1", "SCR")]
    [InlineData("#", null, "SCR")]
    [InlineData("+/+/+", null, "SCR")]
    public void A_filter_is_reduced_to_the_outputs_it_matches(string text, string? id, string outputs)
    {
        OutputFilter filter = OutputFilter.Parse(text).Value;
        Assert.Equal(id, filter.Id);
        Assert.Equal(outputs, string.Concat(Enum.GetValues<OutputKind>().Where(filter.Matches).Select(kind => kind.ToString()[0])));
    }

    [Theory]
    [InlineData("twins/P1/data", "GMT020")]
    [InlineData("twins/P1", "GMT020")]
    [InlineData("twins/P1/state/x", "GMT020")]
    [InlineData("twins/P1/sta+", "GMT020")]
    [InlineData("twins/#/state", "GMT020")]
    [InlineData("twins/a#", "GMT020")]
    [InlineData("twins/%G0/state", "GMT020")]
    [InlineData("+", "GMT020")]
    [InlineData("$SYS/#", "GMT020")]
    [InlineData("twins/P1/desired/ack", "GMT022")]
    [InlineData("$share/g/#", "GMT023")]
    public void Other_filters_are_refused_with_a_code_of_the_catalogue(string text, string code)
    {
        Assert.Equal(code, OutputFilter.Parse(text).Errors[0].Code.Code);
    }

    [Fact]
    public void Decoding_inverts_encoding_of_every_id_and_the_topic_keeps_its_levels()
    {
        Gen.String[Gen.Char["aZ09%/+#ü€ \u00e9:-._~"], 1, 40].Sample(id =>
        {
            string level = PercentEncoding.Encode(id);
            return level.AsSpan().IndexOfAny('/', '+', '#') < 0 && PercentEncoding.Decode(level) == id;
        });
    }

    [Fact]
    public void A_data_topic_gives_back_the_id_it_was_made_of()
    {
        DataTopic topic = new();
        Gen.String[Gen.Char["aZ09%/+#ü€ :-._~"], 1, 40].Sample(id =>
        {
            byte[] utf8 = System.Text.Encoding.UTF8.GetBytes($"twins/{PercentEncoding.Encode(id)}/data");
            return topic.Read(utf8) == TopicKind.TwinData && topic.Id.SequenceEqual(id);
        }, threads: 1);
    }
}
