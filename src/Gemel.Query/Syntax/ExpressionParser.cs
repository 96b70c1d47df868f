using System.Collections.Immutable;

namespace Gemel.Query.Syntax;

/// <summary>Parses conditions: OR binds least, then AND, then NOT, then comparisons.</summary>
/// <remarks>Recursive only where the text nests, and no deeper than <see cref="QueryLimits.Nesting"/>. After an error it goes on behind the next
/// AND, OR, comma or closing parenthesis, so that all errors are found in one go.</remarks>
internal sealed class ExpressionParser(TokenReader reader)
{
    private int _depth;

    public Expression ParseCondition() => ParseLogical(isAnd: false);

    /// <summary>A path where one must stand.</summary>
    /// <returns>Null where there is none; that is reported.</returns>
    public PathExpression? ParsePath(string what, string fix)
    {
        if (!IsName(reader.Current))
        {
            string hint = Keywords.IsReserved(reader.Current) ? $"A property of that name is written [[{reader.Current.Text}]]." : fix;
            reader.ReportExpected(what, hint);
            return null;
        }
        var names = ImmutableArray.CreateBuilder<PathName>();
        names.Add(TakeName());
        while (reader.TryTake(TokenKind.Dot))
        {
            // Behind a dot no keyword can stand, so every word is a name there.
            if (reader.Current.Kind is not (TokenKind.Word or TokenKind.QuotedName))
            {
                reader.ReportExpected("a name", "A name that begins with a digit, or has other characters, is written [[name]].");
                return null;
            }
            names.Add(TakeName());
        }
        return new PathExpression(names.ToImmutable(), names[0].Span.To(names[^1].Span));
    }

    public static bool IsName(Token token) => token.Kind == TokenKind.QuotedName || (token.Kind == TokenKind.Word && !Keywords.IsReserved(token));

    private PathName TakeName()
    {
        Token token = reader.Take();
        return new PathName(token.Text, token.Kind == TokenKind.QuotedName, token.Span);
    }

    private Expression ParseLogical(bool isAnd)
    {
        Expression first = isAnd ? ParseNot() : ParseLogical(isAnd: true);
        string keyword = isAnd ? Keywords.And : Keywords.Or;
        if (!reader.Current.IsWord(keyword))
        {
            return first;
        }
        var operands = ImmutableArray.CreateBuilder<Expression>();
        operands.Add(first);
        while (reader.TryTakeWord(keyword))
        {
            operands.Add(isAnd ? ParseNot() : ParseLogical(isAnd: true));
        }
        return new LogicalExpression(isAnd, operands.ToImmutable(), first.Span.To(operands[^1].Span));
    }

    private Expression ParseNot()
    {
        if (!reader.Current.IsWord(Keywords.Not))
        {
            return ParseComparison();
        }
        Token keyword = reader.Take();
        Expression operand = Nested(keyword, ParseNot);
        return new NotExpression(operand, keyword.Span.To(operand.Span));
    }

    private Expression ParseComparison()
    {
        Expression left = ParsePrimary();
        if (ComparisonOf(reader.Current.Kind) is { } comparison)
        {
            reader.Take();
            Expression right = ParsePrimary();
            return new ComparisonExpression(comparison, left, right, left.Span.To(right.Span));
        }
        bool isNegated = reader.Current.IsWord(Keywords.Nin) || (reader.Current.IsWord(Keywords.Not) && reader.Next.IsWord(Keywords.In));
        if (isNegated || reader.Current.IsWord(Keywords.In))
        {
            return ParseIn(left, isNegated);
        }
        return left;
    }

    private Expression ParseIn(Expression operand, bool isNegated)
    {
        if (reader.Take().IsWord(Keywords.Not))
        {
            reader.Take();
        }
        const string form = "A list is written ['a','b'].";
        var values = ImmutableArray.CreateBuilder<Literal>();
        if (!reader.Expect(TokenKind.OpenBracket, "[", form))
        {
            return Recover(operand.Span);
        }
        do
        {
            if (TryTakeLiteral() is { } literal)
            {
                values.Add(literal);
            }
            else
            {
                reader.ReportExpected("a string, a number, true, false or null", form);
                reader.SkipTo(static t => t.Kind is TokenKind.Comma or TokenKind.CloseBracket || EndsOperand(t));
            }
        }
        while (reader.TryTake(TokenKind.Comma));
        return reader.Expect(TokenKind.CloseBracket, "a comma or ]", form)
            ? new InExpression(operand, values.ToImmutable(), isNegated, operand.Span.To(reader.Previous))
            : Recover(operand.Span);
    }

    private Expression ParsePrimary()
    {
        Token token = reader.Current;
        if (token.Kind == TokenKind.OpenParenthesis)
        {
            return ParseParenthesis();
        }
        if (TryTakeLiteral() is { } literal)
        {
            return new LiteralExpression(literal, token.Span.To(reader.Previous));
        }
        if (token.Kind == TokenKind.Word && reader.Next.Kind == TokenKind.OpenParenthesis && !Keywords.IsReserved(token))
        {
            return ParseCall();
        }
        return ParsePath("a property, a value or a condition", "") is { } path ? path : Recover(token.Span);
    }

    private Expression ParseParenthesis()
    {
        Token open = reader.Take();
        Expression inner = Nested(open, ParseCondition);
        if (!reader.TryTake(TokenKind.CloseParenthesis))
        {
            reader.ReportExpected("AND, OR or )", "Close each parenthesis that was opened.");
            return Recover(open.Span);
        }
        return inner;
    }

    private Expression ParseCall()
    {
        Token name = reader.Take();
        Token open = reader.Take();
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        if (reader.Current.Kind != TokenKind.CloseParenthesis)
        {
            do
            {
                arguments.Add(Nested(open, ParseCondition));
            }
            while (reader.TryTake(TokenKind.Comma));
        }
        return reader.Expect(TokenKind.CloseParenthesis, "a comma or )", "Close the function's parenthesis.")
            ? new CallExpression(name.Text, name.Span, arguments.ToImmutable(), name.Span.To(reader.Previous))
            : Recover(name.Span);
    }

    private Literal? TryTakeLiteral()
    {
        Token token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.String:
                reader.Take();
                return Literal.Of(token.Text);
            case TokenKind.Number:
                reader.Take();
                return NumberOf(token, token.Text);
            case TokenKind.Minus when reader.Next.Kind == TokenKind.Number:
                reader.Take();
                return NumberOf(token, $"-{reader.Take().Text}");
            case TokenKind.Word:
                return token.IsWord(Keywords.Null) ? WordLiteral(Literal.Null)
                    : token.IsWord(Keywords.True) ? WordLiteral(Literal.Of(true))
                    : token.IsWord(Keywords.False) ? WordLiteral(Literal.Of(false))
                    : null;
            default:
                return null;
        }
    }

    private Literal WordLiteral(Literal literal)
    {
        reader.Take();
        return literal;
    }

    private Literal NumberOf(Token token, string digits)
    {
        if (Literal.OfNumber(digits) is { } literal)
        {
            return literal;
        }
        reader.Report(token.Span, QueryErrors.BadNumber.With(digits));
        return Literal.Null;
    }

    private Expression Nested(Token opening, Func<Expression> parse)
    {
        if (_depth == QueryLimits.Nesting)
        {
            reader.Report(opening.Span, QueryErrors.TooDeep.With(QueryLimits.Nesting));
            reader.GiveUp();
            return new ErrorExpression(opening.Span);
        }
        _depth++;
        Expression expression = parse();
        _depth--;
        return expression;
    }

    private ErrorExpression Recover(TextSpan from)
    {
        reader.SkipTo(EndsOperand);
        return new ErrorExpression(from.To(reader.Previous.Start < from.Start ? from : reader.Previous));
    }

    private static bool EndsOperand(Token token) =>
        token.Kind is TokenKind.Comma or TokenKind.CloseParenthesis or TokenKind.CloseBracket
        || token.IsWord(Keywords.And) || token.IsWord(Keywords.Or) || token.IsWord(Keywords.Where) || token.IsWord(Keywords.From)
        || Keywords.IsUnsupportedClause(token);

    private static Comparison? ComparisonOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal => Comparison.Equal,
        TokenKind.NotEqual => Comparison.NotEqual,
        TokenKind.Less => Comparison.Less,
        TokenKind.LessOrEqual => Comparison.LessOrEqual,
        TokenKind.Greater => Comparison.Greater,
        TokenKind.GreaterOrEqual => Comparison.GreaterOrEqual,
        _ => null,
    };
}
