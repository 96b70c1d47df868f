using System.Text.Json.Nodes;
using Gemel.Modeling;

namespace Gemel.Query.Tests;

/// <summary>The rows of <c>tests/cases/query/errors.json</c>, and how errors are shown.</summary>
public sealed class ErrorTests
{
    private static readonly JsonArray All = Cases.Read("errors.json")["cases"]!.AsArray();

    private readonly QueryEngine _engine = new();

    public static TheoryData<string> Queries => [.. All.Select(c => c!["query"]!.GetValue<string>())];

    [Theory]
    [MemberData(nameof(Queries))]
    public void Each_query_gives_the_errors_it_lists(string query)
    {
        JsonNode wanted = All.Single(c => c!["query"]!.GetValue<string>() == query)!;
        IReadOnlyList<GemelError> errors = _engine.Prepare(query, ModelSet.Empty).Errors;
        Assert.Equal(wanted["errors"]!.AsArray().Select(e => e!.GetValue<string>()), errors.Select(e => $"{e.Code.Code} {e.Position}"));
        Assert.All(errors, e => Assert.Equal("SqlQueryError", e.Code.AzureCode));
        if (wanted["says"] is { } says)
        {
            Assert.Contains(says.GetValue<string>(), errors[0].Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_error_is_shown_with_its_line_a_caret_and_the_fix()
    {
        const string query = "SELECT *\nFROM DIGITALTWINS T\r\nWHERE IS_DEFIND(T.a)";
        GemelError error = Assert.Single(_engine.Prepare(query, ModelSet.Empty).Errors);
        Assert.Equal("""
            GMQ011 at 3:7: There is no function 'IS_DEFIND'.
              WHERE IS_DEFIND(T.a)
                    ^
            The nearest is 'IS_DEFINED'.
            """, QueryErrorText.Format(query, error), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused()
    {
        GemelError error = Assert.Single(_engine.Prepare(new string(' ', QueryLimits.TextCharacters + 1), ModelSet.Empty).Errors);
        Assert.Equal(("GMQ030", "LimitExceeded"), (error.Code.Code, error.Code.AzureCode));
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("NOT ", "")]
    [InlineData("IS_DEFINED(", ")")]
    public void Nesting_beyond_the_limit_is_one_error(string open, string close)
    {
        string query = $"SELECT * FROM DIGITALTWINS WHERE {string.Concat(Enumerable.Repeat(open, 8000))}a = 1{string.Concat(Enumerable.Repeat(close, 8000))}";
        GemelError error = Assert.Single(_engine.Prepare(query, ModelSet.Empty).Errors);
        Assert.Equal(("GMQ031", "LimitExceeded"), (error.Code.Code, error.Code.AzureCode));
    }

    [Fact]
    public void Long_flat_conditions_are_no_matter()
    {
        string query = $"SELECT * FROM DIGITALTWINS WHERE {string.Join(" OR ", Enumerable.Range(0, 5000).Select(i => $"a = {i}"))}";
        Assert.Empty(_engine.Prepare(query, ModelSet.Empty).Errors);
    }
}
