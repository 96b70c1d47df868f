namespace Gemel.Query.Syntax;

/// <summary>The tokens of a text, one after the other, and the words for what is missing.</summary>
internal sealed class TokenReader(string text, Token[] tokens, DiagnosticList diagnostics)
{
    private int _at;
    private bool _hasGivenUp;

    public Token Current => tokens[_at];

    public Token Next => tokens[Math.Min(_at + 1, tokens.Length - 1)];

    public bool IsAtEnd => Current.Kind == TokenKind.End;

    /// <summary>Where the token before the present one ended.</summary>
    public TextSpan Previous => _at == 0 ? new TextSpan(0, 0) : tokens[_at - 1].Span;

    public Token Take()
    {
        Token token = Current;
        _at = Math.Min(_at + 1, tokens.Length - 1);
        return token;
    }

    public bool TryTake(TokenKind kind)
    {
        bool isThere = Current.Kind == kind;
        if (isThere)
        {
            Take();
        }
        return isThere;
    }

    public bool TryTakeWord(string keyword)
    {
        bool isThere = Current.IsWord(keyword);
        if (isThere)
        {
            Take();
        }
        return isThere;
    }

    /// <summary>Takes the token, or reports that it is missing.</summary>
    public bool Expect(TokenKind kind, string what, string fix)
    {
        bool isThere = TryTake(kind);
        if (!isThere)
        {
            ReportExpected(what, fix);
        }
        return isThere;
    }

    /// <summary>Reports that something else should stand here; silent on a token that the lexer reported.</summary>
    public void ReportExpected(string what, string fix)
    {
        if (Current.Kind != TokenKind.Bad)
        {
            Report(Current.Span, QueryErrors.Expected.With(what, Describe(Current), fix));
        }
    }

    public void Report(TextSpan place, GemelError error)
    {
        if (!_hasGivenUp)
        {
            diagnostics.Add(place, error);
        }
    }

    /// <summary>Goes to the end and reports nothing more.</summary>
    public void GiveUp()
    {
        _hasGivenUp = true;
        _at = tokens.Length - 1;
    }

    /// <summary>Goes on to a token of which <paramref name="isWanted"/> is true outside of parentheses and brackets that
    /// open on the way, or to the end.</summary>
    public void SkipTo(Func<Token, bool> isWanted)
    {
        int depth = 0;
        while (!IsAtEnd && (depth > 0 || !isWanted(Current)))
        {
            depth += Current.Kind switch
            {
                TokenKind.OpenParenthesis or TokenKind.OpenBracket => 1,
                TokenKind.CloseParenthesis or TokenKind.CloseBracket when depth > 0 => -1,
                _ => 0,
            };
            Take();
        }
    }

    private string Describe(Token token)
    {
        const int longest = 40;
        string found = text.Substring(token.Span.Start, Math.Min(token.Span.Length, longest));
        return token.Kind == TokenKind.End ? "the end of the query" : token.Kind == TokenKind.String ? $"the string {found}" : $"'{found}'";
    }
}
