namespace Gemel.Graph.Tests.Writes;

public sealed class WriteConditionTests
{
    private const string Present = "W/\"1-2\"";

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("", " ", true)]
    [InlineData("*", null, true)]
    [InlineData(" * ", null, true)]
    [InlineData("W/\"1-2\"", null, true)]
    [InlineData("W/\"1-1\" , W/\"1-2\"", null, true)]
    [InlineData("\"a,b\",W/\"1-2\"", null, true)]
    [InlineData("W/\"1-1\"", null, false)]
    [InlineData("\"1-2\"", null, false)]
    [InlineData("stale", null, false)]
    [InlineData("\"a,W/\"1-2\"", null, false)]
    [InlineData(null, "*", false)]
    public void Headers_are_held_against_the_present_ETag(string? ifMatch, string? ifNoneMatch, bool holds)
    {
        WriteCondition condition = WriteCondition.Parse(ifMatch, ifNoneMatch).Value;
        GemelError? error = condition.Check("pump", Present);
        Assert.Equal(holds, error is null);
        Assert.Equal(holds ? null : "PreconditionFailed", error?.Code.AzureCode);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "*", true)]
    [InlineData("*", null, false)]
    [InlineData("W/\"1-2\"", null, false)]
    public void Headers_are_held_against_something_that_does_not_exist(string? ifMatch, string? ifNoneMatch, bool holds)
    {
        GemelError? error = WriteCondition.Parse(ifMatch, ifNoneMatch).Value.Check("pump", null);
        Assert.Equal(holds ? null : GraphErrors.NothingToMatch, error?.Code);
    }

    [Fact]
    public void If_None_Match_knows_only_the_star()
    {
        GemelError error = Assert.Single(WriteCondition.Parse(null, "W/\"1-2\"").Errors);
        Assert.Same(GraphErrors.InvalidCondition, error.Code);
        Assert.Equal("InvalidArgument", error.Code.AzureCode);
    }
}
