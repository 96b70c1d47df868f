using System.Text;

namespace Gemel.Query.Syntax;

/// <summary>Cuts a query text into tokens; what it cannot read it reports and passes on as <see cref="TokenKind.Bad"/>.</summary>
internal sealed class Lexer
{
    private readonly DiagnosticList _diagnostics;
    private TextCursor _cursor;

    private Lexer(string text, DiagnosticList diagnostics) => (_cursor, _diagnostics) = (new TextCursor(text), diagnostics);

    /// <returns>At least one token; the last one is <see cref="TokenKind.End"/>.</returns>
    public static Token[] Read(string text, DiagnosticList diagnostics)
    {
        Lexer lexer = new(text, diagnostics);
        List<Token> tokens = [];
        do
        {
            tokens.Add(lexer.ReadToken());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return [.. tokens];
    }

    public static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '$';

    public static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private Token ReadToken()
    {
        _cursor.AdvanceWhile(char.IsWhiteSpace);
        char c = _cursor.Current;
        return c switch
        {
            _ when _cursor.IsAtEnd => Take(TokenKind.End, 0),
            '\'' => ReadString(),
            '[' when _cursor.Next == '[' => ReadQuotedName(),
            >= '0' and <= '9' => ReadNumber(),
            _ when IsNameStart(c) => ReadWord(),
            '!' when _cursor.Next == '=' => Take(TokenKind.NotEqual, 2),
            '<' when _cursor.Next == '=' => Take(TokenKind.LessOrEqual, 2),
            '<' when _cursor.Next == '>' => Take(TokenKind.NotEqual, 2),
            '>' when _cursor.Next == '=' => Take(TokenKind.GreaterOrEqual, 2),
            _ => Punctuation(c) is var kind and not TokenKind.Bad ? Take(kind, 1) : Refuse(c),
        };
    }

    private static TokenKind Punctuation(char c) => c switch
    {
        ',' => TokenKind.Comma,
        '.' => TokenKind.Dot,
        '*' => TokenKind.Star,
        '(' => TokenKind.OpenParenthesis,
        ')' => TokenKind.CloseParenthesis,
        '[' => TokenKind.OpenBracket,
        ']' => TokenKind.CloseBracket,
        ':' => TokenKind.Colon,
        '|' => TokenKind.Bar,
        '-' => TokenKind.Minus,
        '=' => TokenKind.Equal,
        '<' => TokenKind.Less,
        '>' => TokenKind.Greater,
        _ => TokenKind.Bad,
    };

    private Token Take(TokenKind kind, int characters)
    {
        TextSpan span = new(_cursor.Position, characters);
        _cursor.Advance(characters);
        return new Token(kind, span, "");
    }

    private Token ReadWord()
    {
        int start = _cursor.Position;
        _cursor.AdvanceWhile(IsNamePart);
        return From(TokenKind.Word, start, _cursor.TextFrom(start));
    }

    private Token ReadNumber()
    {
        int start = _cursor.Position;
        _cursor.AdvanceWhile(char.IsAsciiDigit);
        if (_cursor.Current == '.' && char.IsAsciiDigit(_cursor.Next))
        {
            _cursor.Advance();
            _cursor.AdvanceWhile(char.IsAsciiDigit);
        }
        if (_cursor.Current is 'e' or 'E')
        {
            _cursor.Advance(_cursor.Next is '+' or '-' ? 2 : 1);
            _cursor.AdvanceWhile(char.IsAsciiDigit);
        }
        bool isWhole = char.IsAsciiDigit(_cursor.TextFrom(start)[^1]) && !IsNamePart(_cursor.Current);
        _cursor.AdvanceWhile(IsNamePart);
        string text = _cursor.TextFrom(start);
        return isWhole ? From(TokenKind.Number, start, text) : Report(start, QueryErrors.BadNumber.With(text));
    }

    private Token ReadString()
    {
        int start = _cursor.Position;
        _cursor.Advance();
        StringBuilder value = new();
        while (!_cursor.IsAtEnd && _cursor.Current != '\'')
        {
            // A backslash escapes a quote and itself; before all else it stands for itself.
            if (_cursor.Current == '\\' && (_cursor.Next is '\'' or '\\'))
            {
                _cursor.Advance();
            }
            value.Append(_cursor.Current);
            _cursor.Advance();
        }
        if (_cursor.IsAtEnd)
        {
            return ReportAt(new TextSpan(start, 1), start, QueryErrors.UnterminatedString.With());
        }
        _cursor.Advance();
        return From(TokenKind.String, start, value.ToString());
    }

    private Token ReadQuotedName()
    {
        int start = _cursor.Position;
        _cursor.Advance(2);
        int nameStart = _cursor.Position;
        while (!_cursor.IsAtEnd && !(_cursor.Current == ']' && _cursor.Next == ']'))
        {
            _cursor.Advance();
        }
        if (_cursor.IsAtEnd)
        {
            return ReportAt(new TextSpan(start, 2), start, QueryErrors.UnterminatedName.With());
        }
        string name = _cursor.TextFrom(nameStart);
        _cursor.Advance(2);
        return From(TokenKind.QuotedName, start, name);
    }

    private Token Refuse(char c)
    {
        int start = _cursor.Position;
        _cursor.Advance(char.IsHighSurrogate(c) && char.IsLowSurrogate(_cursor.Next) ? 2 : 1);
        string fix = c switch
        {
            '"' => "Strings stand in single quotes.",
            '!' => "Write != for 'not equal', NOT before a condition.",
            '&' => "Write AND.",
            ';' => "One query is sent at a time, without an end mark.",
            _ => "Take it out; names with such characters are written [[name]].",
        };
        return Report(start, QueryErrors.UnexpectedCharacter.With(_cursor.TextFrom(start), fix));
    }

    private Token From(TokenKind kind, int start, string text) => new(kind, new TextSpan(start, _cursor.Position - start), text);

    private Token Report(int start, GemelError error) => ReportAt(new TextSpan(start, _cursor.Position - start), start, error);

    private Token ReportAt(TextSpan place, int start, GemelError error)
    {
        _diagnostics.Add(place, error);
        return From(TokenKind.Bad, start, "");
    }
}
