using System.Collections.Immutable;

namespace Gemel.Query.Syntax;

/// <summary>A condition or a value, with the part of the text it stands for. Immutable.</summary>
/// <remarks>Guards, alarm rules and behaviours are such expressions too: nothing here knows of SELECT and FROM.</remarks>
internal abstract record Expression(TextSpan Span);

internal sealed record LiteralExpression(Literal Value, TextSpan Span) : Expression(Span);

/// <summary><c>T.motor.temperature</c>; whether the first name is an alias, the binder says.</summary>
internal sealed record PathExpression(ImmutableArray<PathName> Names, TextSpan Span) : Expression(Span)
{
    public string Text => string.Join('.', Names.Select(n => n.Text));
}

/// <param name="IsQuoted">It was written <c>[[name]]</c>.</param>
internal readonly record struct PathName(string Text, bool IsQuoted, TextSpan Span);

internal sealed record NotExpression(Expression Operand, TextSpan Span) : Expression(Span);

/// <summary>Two or more operands that all (<see cref="IsAnd"/>) or of which one must be true.</summary>
internal sealed record LogicalExpression(bool IsAnd, ImmutableArray<Expression> Operands, TextSpan Span) : Expression(Span);

internal sealed record ComparisonExpression(Comparison Operator, Expression Left, Expression Right, TextSpan Span) : Expression(Span);

internal sealed record InExpression(Expression Operand, ImmutableArray<Literal> Values, bool IsNegated, TextSpan Span) : Expression(Span);

/// <param name="Name">As written.</param>
internal sealed record CallExpression(string Name, TextSpan NameSpan, ImmutableArray<Expression> Arguments, TextSpan Span) : Expression(Span);

/// <summary>Stands where the parser reported an error.</summary>
internal sealed record ErrorExpression(TextSpan Span) : Expression(Span);

internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

internal static class ComparisonExtensions
{
    /// <summary>The comparison that says the same with the sides exchanged.</summary>
    public static Comparison Mirrored(this Comparison comparison) => comparison switch
    {
        Comparison.Less => Comparison.Greater,
        Comparison.LessOrEqual => Comparison.GreaterOrEqual,
        Comparison.Greater => Comparison.Less,
        Comparison.GreaterOrEqual => Comparison.LessOrEqual,
        _ => comparison,
    };

    /// <summary>Whether it holds for two values whose order is known.</summary>
    /// <param name="order">Negative where the left one is less, 0 where they are equal, else positive.</param>
    public static bool Holds(this Comparison comparison, int order) => comparison switch
    {
        Comparison.Equal => order == 0,
        Comparison.NotEqual => order != 0,
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        Comparison.Greater => order > 0,
        _ => order >= 0,
    };
}
