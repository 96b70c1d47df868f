using System.Reflection;

namespace Gemel.Graph.Tests.Writes;

public sealed class GraphErrorsTests
{
    private static readonly ErrorCode[] All = [.. typeof(GraphErrors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (ErrorCode)f.GetValue(null)!)];

    [Fact]
    public void Codes_are_unique_and_ascending()
    {
        string[] codes = [.. All.Select(e => e.Code)];
        Assert.NotEmpty(codes);
        Assert.Equal(codes.Order(StringComparer.Ordinal).Distinct(), codes);
        Assert.All(codes, c => Assert.Matches("^GMG[0-9]{3}$", c));
    }

    [Fact]
    public void Every_message_can_be_written() =>
        Assert.All(All, e => Assert.DoesNotContain("{0", e.With("a", 1, "b", "c").Message, StringComparison.Ordinal));
}
