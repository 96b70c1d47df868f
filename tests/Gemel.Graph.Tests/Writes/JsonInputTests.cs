using System.Text;
using System.Text.Json;

namespace Gemel.Graph.Tests.Writes;

public sealed class JsonInputTests
{
    [Theory]
    [InlineData("""{"a":1""", "1:7")]
    [InlineData("", "1:1")]
    [InlineData("{\n  \"a\": NaN }", "2:8")]
    [InlineData("[Infinity]", "1:2")]
    [InlineData("[-Infinity]", "1:3")]
    [InlineData("{\"a\":1} x", "1:9")]
    [InlineData("{\"a\":1,}", "1:8")]
    [InlineData("// note\n{}", "1:1")]
    [InlineData("{\"a\":\"line\nbreak\"}", "1:11")]
    public void Broken_syntax_is_one_error_with_its_position(string json, string position)
    {
        GemelError error = Assert.Single(Errors(Encoding.UTF8.GetBytes(json)));
        Assert.Same(GraphErrors.InvalidJson, error.Code);
        Assert.Equal(position, error.Position.ToString());
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_named_with_their_offset()
    {
        byte[] json = [.. "{\"ä\": \""u8, 0xC3, 0x28, .. "\"}"u8];
        GemelError error = Assert.Single(Errors(json));
        Assert.Same(GraphErrors.InvalidUtf8, error.Code);
        Assert.Equal(8, error.Arguments[0]);
        Assert.Equal("1:8", error.Position.ToString());
    }

    [Theory]
    [InlineData("\"\\ud800\"", false)]
    [InlineData("\"\\udc00\\ud800\"", false)]
    [InlineData("\"\\ud800x\\udc00\"", false)]
    [InlineData("{\"\\ud83d\":1}", false)]
    [InlineData("\"\\ud83d\\ude00\"", true)]
    [InlineData("\"\\\\ud800\"", true)]
    [InlineData("\"\\n\\ud83d\\ude00\\t\"", true)]
    public void Half_a_surrogate_pair_is_refused(string json, bool isRight)
    {
        List<GemelError> errors = Errors(Encoding.UTF8.GetBytes(json));
        Assert.Equal(isRight ? [] : [GraphErrors.UnpairedSurrogate], errors.Select(e => e.Code));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(10_000, false)]
    public void Nesting_is_taken_up_to_64_levels(int depth, bool isRight)
    {
        byte[] json = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.Equal(isRight ? [] : [GraphErrors.TooDeep], Errors(json).Select(e => e.Code));
    }

    [Fact]
    public void Nesting_is_refused_before_the_end_is_read()
    {
        byte[] json = Encoding.UTF8.GetBytes(new string('{', 1) + string.Concat(Enumerable.Repeat("\"a\":{", 10_000)));
        Assert.Same(GraphErrors.TooDeep, Assert.Single(Errors(json)).Code);
    }

    [Fact]
    public void Every_duplicate_is_named_by_its_pointer()
    {
        List<GemelError> errors = Errors("""{"a":1,"b":{"c/d":1,"c/d":2},"a":[{"x":1,"\u0078":2}]}"""u8.ToArray());
        Assert.All(errors, e => Assert.Same(GraphErrors.DuplicateMember, e.Code));
        Assert.Equal(["/b/c~1d", "/a", "/a/0/x"], errors.Select(e => e.Target));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        List<GemelError> errors = [];
        using JsonDocument? document = JsonInput.Parse((byte[])[0xEF, 0xBB, 0xBF, .. "{}"u8], errors);
        Assert.Equal(JsonValueKind.Object, document!.RootElement.ValueKind);
    }

    private static List<GemelError> Errors(byte[] json)
    {
        List<GemelError> errors = [];
        using JsonDocument? document = JsonInput.Parse(json, errors);
        Assert.Equal(document is null, errors.Count > 0);
        return errors;
    }
}
