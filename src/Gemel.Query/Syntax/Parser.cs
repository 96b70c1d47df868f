using System.Collections.Immutable;
using System.Globalization;

namespace Gemel.Query.Syntax;

/// <summary>Parses SELECT … FROM … WHERE ….</summary>
internal sealed class Parser
{
    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;

    private Parser(string text, DiagnosticList diagnostics)
    {
        _reader = new TokenReader(text, Lexer.Read(text, diagnostics), diagnostics);
        _expressions = new ExpressionParser(_reader);
    }

    /// <returns>Null where there is nothing to go on with; what the tree holds is whole only where no error was reported.</returns>
    public static QuerySyntax? ParseQuery(string text, DiagnosticList diagnostics)
    {
        if (text.Length > QueryLimits.TextCharacters)
        {
            diagnostics.Add(new TextSpan(0, 0), QueryErrors.TextTooLong.With(text.Length, QueryLimits.TextCharacters));
            return null;
        }
        return new Parser(text, diagnostics).ParseQuery();
    }

    private QuerySyntax? ParseQuery()
    {
        if (!_reader.TryTakeWord(Keywords.Select))
        {
            _reader.ReportExpected(Keywords.Select, "A query reads: SELECT * FROM DIGITALTWINS WHERE …");
            return null;
        }
        SelectSyntax select = ParseSelect();
        if (!_reader.TryTakeWord(Keywords.From))
        {
            _reader.ReportExpected("a comma or FROM", "A query reads: SELECT * FROM DIGITALTWINS WHERE …");
            _reader.SkipTo(static t => t.IsWord(Keywords.From));
            _reader.TryTakeWord(Keywords.From);
        }
        SourceSyntax source = _reader.IsAtEnd ? MissingSource() : ParseSource();
        return new QuerySyntax(select, source, ParseWhere());
    }

    private SelectSyntax ParseSelect()
    {
        long? top = null;
        if (_reader.Current.IsWord(Keywords.Top) && (_reader.Next.Kind is TokenKind.OpenParenthesis or TokenKind.Number))
        {
            _reader.Take();
            top = ParseTop();
        }
        var items = ImmutableArray.CreateBuilder<SelectItem>();
        if (top is null || !_reader.Current.IsWord(Keywords.From))
        {
            do
            {
                if (ParseItem() is { } item)
                {
                    items.Add(item);
                }
            }
            while (_reader.TryTake(TokenKind.Comma));
        }
        return new SelectSyntax(top, items.ToImmutable());
    }

    private long ParseTop()
    {
        const string form = "Write TOP(10).";
        bool isOpen = _reader.Expect(TokenKind.OpenParenthesis, "(", form);
        bool isNegative = _reader.TryTake(TokenKind.Minus);
        Token count = _reader.Current;
        long top = 1;
        if (_reader.Expect(TokenKind.Number, "a number", form)
            && (isNegative || !long.TryParse(count.Text, NumberStyles.None, CultureInfo.InvariantCulture, out top) || top < 1))
        {
            _reader.Report(count.Span, QueryErrors.BadTop.With(long.MaxValue, isNegative ? $"-{count.Text}" : count.Text));
        }
        if (isOpen)
        {
            _reader.Expect(TokenKind.CloseParenthesis, ")", form);
        }
        return Math.Max(top, 1);
    }

    private SelectItem? ParseItem()
    {
        Token first = _reader.Current;
        if (_reader.TryTake(TokenKind.Star))
        {
            return new StarItem(first.Span);
        }
        if (first.Kind == TokenKind.Word && _reader.Next.Kind == TokenKind.OpenParenthesis && !Keywords.IsReserved(first))
        {
            return ParseCount(first);
        }
        PathExpression? path = _expressions.ParsePath("*, a property or COUNT()", "");
        if (path is null)
        {
            SkipItem();
            return null;
        }
        string? name = ParseName();
        return new PathItem(path, name, path.Span.To(_reader.Previous));
    }

    private CountItem? ParseCount(Token function)
    {
        _reader.Take();
        _reader.Take();
        if (!function.IsWord(Keywords.Count))
        {
            _reader.Report(function.Span, QueryErrors.ClauseNotSupported.With(function.Text.ToUpperInvariant()));
            SkipItem();
            return null;
        }
        if (!_reader.Expect(TokenKind.CloseParenthesis, ")", "Write COUNT()."))
        {
            SkipItem();
            return null;
        }
        string? name = ParseName();
        return new CountItem(name, function.Span.To(_reader.Previous));
    }

    private string? ParseName()
    {
        if (!_reader.TryTakeWord(Keywords.As))
        {
            return null;
        }
        Token name = _reader.Current;
        if (!ExpressionParser.IsName(name))
        {
            _reader.ReportExpected("a name for the column", Keywords.IsReserved(name) ? $"Write it [[{name.Text}]]." : "");
            SkipItem();
            return null;
        }
        return _reader.Take().Text;
    }

    private void SkipItem() => _reader.SkipTo(static t => t.Kind == TokenKind.Comma || t.IsWord(Keywords.From));

    private SourceSyntax MissingSource()
    {
        _reader.ReportExpected("DIGITALTWINS or RELATIONSHIPS", "");
        return new SourceSyntax(IsRelationships: false, Alias: null);
    }

    private SourceSyntax ParseSource()
    {
        Token collection = _reader.Current;
        bool isRelationships = collection.IsWord(Keywords.Relationships);
        if (isRelationships || collection.IsWord(Keywords.DigitalTwins))
        {
            _reader.Take();
        }
        else if ((collection.Kind is TokenKind.Word or TokenKind.QuotedName) && !Keywords.IsReserved(collection))
        {
            _reader.Report(_reader.Take().Span, QueryErrors.UnknownCollection.With(collection.Text));
        }
        else
        {
            _reader.ReportExpected("DIGITALTWINS or RELATIONSHIPS", "");
            _reader.SkipTo(static t => t.IsWord(Keywords.Where));
        }
        bool hasAs = _reader.TryTakeWord(Keywords.As);
        string? alias = ExpressionParser.IsName(_reader.Current) ? _reader.Take().Text : null;
        if (hasAs && alias is null)
        {
            _reader.ReportExpected("an alias", "");
        }
        RefuseGraphPatterns();
        return new SourceSyntax(isRelationships, alias);
    }

    private void RefuseGraphPatterns()
    {
        Token token = _reader.Current;
        if (token.IsWord(Keywords.Join) || token.IsWord(Keywords.Match))
        {
            _reader.Report(token.Span, (token.IsWord(Keywords.Join) ? QueryErrors.JoinNotSupported : QueryErrors.MatchNotSupported).With());
            _reader.SkipTo(static t => t.IsWord(Keywords.Where));
        }
    }

    private Expression? ParseWhere()
    {
        if (!_reader.Current.IsWord(Keywords.Where))
        {
            RefuseRest("WHERE or the end of the query");
            return null;
        }
        _reader.Take();
        Expression where = _expressions.ParseCondition();
        while (!_reader.IsAtEnd)
        {
            RefuseRest("AND, OR or the end of the query");
            _reader.SkipTo(static t => t.IsWord(Keywords.And) || t.IsWord(Keywords.Or));
            _reader.Take();
            if (!_reader.IsAtEnd)
            {
                _expressions.ParseCondition();
            }
        }
        return where;
    }

    private void RefuseRest(string expected)
    {
        Token token = _reader.Current;
        if (Keywords.IsUnsupportedClause(token))
        {
            _reader.Report(token.Span, QueryErrors.ClauseNotSupported.With(token.Text.ToUpperInvariant()));
            _reader.GiveUp();
        }
        else if (!_reader.IsAtEnd)
        {
            _reader.ReportExpected(expected, token.Kind == TokenKind.Word ? "A name with spaces is written [[name]]." : "");
        }
    }
}
