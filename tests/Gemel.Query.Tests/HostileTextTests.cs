using CsCheck;
using Gemel.Modeling;

namespace Gemel.Query.Tests;

/// <summary>No text makes the engine throw or hang.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Pieces =
    [
        "SELECT", "FROM", "WHERE", "DIGITALTWINS", "RELATIONSHIPS", "TOP", "COUNT", "AS", "AND", "OR", "NOT", "IN", "NIN", "JOIN", "MATCH", "ORDER", "true", "NULL",
        "IS_OF_MODEL", "IS_DEFINED", "STARTSWITH", "ARRAY_CONTAINS", "T", "name", "$dtId", "$metadata", "exact", "[[", "]]", "[[x]]", "[", "]", "(", ")", ",", ".", "*", "-", "=",
        "!=", "<", ">", "<=", ">=", "<>", "'", "'x'", "\\'", "'dtmi:a;1'", "5", "1.5", "1e", "1e9", ":", "|", "..", "\n", "\t", " ", "\0", "é", "😀", "\ud800", ";", "\"", "--", "/*", "@p",
    ];

    private readonly QueryEngine _engine = new();

    [Fact]
    public void Random_tokens_give_a_query_or_errors_within_the_text() =>
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 60].Sample(pieces => Check(string.Join(pieces.Length % 2 == 0 ? " " : "", pieces)), iter: 20_000);

    [Fact]
    public void Random_conditions_give_a_query_or_errors_within_the_text() =>
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 40].Sample(pieces => Check($"SELECT * FROM DIGITALTWINS T WHERE {string.Join(' ', pieces)}"), iter: 20_000);

    [Fact]
    public void Random_characters_give_a_query_or_errors_within_the_text() => Gen.String.Sample(Check, iter: 20_000);

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("NOT ")]
    [InlineData("IS_DEFINED(")]
    [InlineData("a IN [")]
    [InlineData("[[")]
    [InlineData("'")]
    [InlineData("a AND ")]
    [InlineData("a = b OR ")]
    [InlineData("T.")]
    [InlineData("-")]
    [InlineData("SELECT * FROM ")]
    [InlineData(", ")]
    public void Long_repetitions_give_a_query_or_errors_within_the_text(string piece)
    {
        string repeated = string.Concat(Enumerable.Repeat(piece, QueryLimits.TextCharacters / piece.Length));
        Check(repeated);
        Check(Shortened($"SELECT {repeated}"));
        Check(Shortened($"SELECT * FROM DIGITALTWINS T WHERE {repeated}"));
    }

    private static string Shortened(string text) => text[..Math.Min(text.Length, QueryLimits.TextCharacters)];

    private void Check(string text)
    {
        Outcome<PreparedQuery> outcome = _engine.Prepare(text, ModelSet.Empty);
        string[] lines = text.Split('\n');
        foreach (GemelError error in outcome.Errors)
        {
            TextPosition position = error.Position!.Value;
            Assert.InRange(position.Line, 1, lines.Length);
            Assert.InRange(position.Column, 1, lines[position.Line - 1].Length + 1);
            Assert.StartsWith(error.Code.Code, QueryErrorText.Format(text, error), StringComparison.Ordinal);
        }
    }
}
