namespace Gemel.Query.Syntax;

/// <summary>The words of the grammar.</summary>
internal static class Keywords
{
    public const string Select = "SELECT";
    public const string Top = "TOP";
    public const string Count = "COUNT";
    public const string As = "AS";
    public const string From = "FROM";
    public const string DigitalTwins = "DIGITALTWINS";
    public const string Relationships = "RELATIONSHIPS";
    public const string Where = "WHERE";
    public const string And = "AND";
    public const string Or = "OR";
    public const string Not = "NOT";
    public const string In = "IN";
    public const string Nin = "NIN";
    public const string True = "TRUE";
    public const string False = "FALSE";
    public const string Null = "NULL";
    public const string Join = "JOIN";
    public const string Match = "MATCH";

    // The words after which no name can begin, for they continue the query. The rest of Azure's reserved words may
    // name properties here without [[ ]].
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        Select, From, Where, And, Or, Not, In, Nin, True, False, Null, Join, Match, As, "ORDER", "GROUP", "HAVING", "OFFSET", "LIMIT", "RELATED",
    };

    // Clauses of other query languages, and of this one later.
    private static readonly HashSet<string> Unsupported = new(StringComparer.OrdinalIgnoreCase) { "ORDER", "GROUP", "HAVING", "OFFSET", "LIMIT" };

    public static bool IsReserved(Token token) => token.Kind == TokenKind.Word && Reserved.Contains(token.Text);

    public static bool IsUnsupportedClause(Token token) => token.Kind == TokenKind.Word && Unsupported.Contains(token.Text);
}
