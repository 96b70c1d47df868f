namespace Gemel.Query.Syntax;

internal enum TokenKind
{
    End,
    /// <summary>A keyword or a name; which one, the grammar says.</summary>
    Word,
    /// <summary><c>[[name]]</c>; never a keyword.</summary>
    QuotedName,
    String,
    Number,
    Comma,
    Dot,
    Star,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    /// <summary>Only in MATCH.</summary>
    Colon,
    /// <summary>Only in MATCH.</summary>
    Bar,
    Minus,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// <summary>Was reported by the lexer.</summary>
    Bad,
}

/// <param name="Text">Of words, quoted names and strings, without quotes and escapes; else empty.</param>
internal readonly record struct Token(TokenKind Kind, TextSpan Span, string Text)
{
    /// <summary>Keywords are recognised in any case.</summary>
    public bool IsWord(string keyword) => Kind == TokenKind.Word && string.Equals(Text, keyword, StringComparison.OrdinalIgnoreCase);
}
