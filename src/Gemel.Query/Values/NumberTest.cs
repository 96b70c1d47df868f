using System.Globalization;
using Gemel.Query.Syntax;

namespace Gemel.Query.Values;

/// <summary>A comparison of a numeric column with a constant, brought to the column's own kind so that it is exact.</summary>
/// <remarks>A whole number that no double holds, or a fraction against whole numbers, becomes the next threshold that says the
/// same; where none does, the answer is the same for all values. A float's value is the one GET shows: the shortest digits that
/// read back as the same float, taken as a double.</remarks>
internal readonly record struct NumberTest
{
    /// <summary>The answer for every value there is; undefined where it depends on the value.</summary>
    public Truth Constant { get; private init; }

    public Comparison Comparison { get; private init; }

    /// <summary>Bits of a long for Integer columns, else of a double.</summary>
    public long Threshold { get; private init; }

    /// <param name="column">Integer, Single or Double.</param>
    /// <param name="literal">Of kind Integer or Double.</param>
    public static NumberTest Of(ValueKind column, Comparison comparison, Literal literal) => column switch
    {
        ValueKind.Integer => literal.Kind == ScalarKind.Integer
            ? new NumberTest { Comparison = comparison, Threshold = literal.Bits }
            : OfInteger(comparison, BitConverter.Int64BitsToDouble(literal.Bits)),
        ValueKind.Single => OfSingle(comparison, literal),
        _ => OfDouble(comparison, literal),
    };

    /// <summary>The value of a float as it is shown.</summary>
    public static double Shown(float value)
    {
        Span<byte> digits = stackalloc byte[32];
        value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        return double.Parse(digits[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private static NumberTest OfInteger(Comparison comparison, double constant)
    {
        double floor = Math.Floor(constant);
        if (ScalarComparison.Order(long.MaxValue, floor) < 0)
        {
            return Always(comparison, order: -1);
        }
        if (ScalarComparison.Order(long.MinValue, floor) > 0)
        {
            return Always(comparison, order: 1);
        }
        return Between(comparison, (long)floor, isBelow: floor < constant);
    }

    private static NumberTest OfDouble(Comparison comparison, Literal literal)
    {
        if (literal.Kind == ScalarKind.Double)
        {
            return new NumberTest { Comparison = comparison, Threshold = literal.Bits };
        }
        double nearest = literal.Bits;
        return Near(comparison, nearest, -ScalarComparison.Order(literal.Bits, nearest));
    }

    private static NumberTest OfSingle(Comparison comparison, Literal literal)
    {
        double constant = literal.Kind == ScalarKind.Double ? BitConverter.Int64BitsToDouble(literal.Bits) : literal.Bits;
        float nearest = (float)constant;
        if (!float.IsFinite(nearest))
        {
            return Always(comparison, order: constant > 0 ? -1 : 1);
        }
        Scalar shown = Scalar.Of(Shown(nearest));
        ScalarComparison.TryOrder(shown, literal.Value, out int order);
        return Near(comparison, nearest, order);
    }

    /// <summary>A threshold of doubles, of which no value of the column lies between it and the constant.</summary>
    /// <param name="order">Of the threshold to the constant.</param>
    private static NumberTest Near(Comparison comparison, double threshold, int order)
    {
        if (order == 0)
        {
            return new NumberTest { Comparison = comparison, Threshold = BitConverter.DoubleToInt64Bits(threshold) };
        }
        return Between(comparison, BitConverter.DoubleToInt64Bits(threshold), isBelow: order < 0);
    }

    /// <summary>As <see cref="Near"/>, for a threshold that is below or above the constant.</summary>
    private static NumberTest Between(Comparison comparison, long threshold, bool isBelow)
    {
        return comparison switch
        {
            Comparison.Equal or Comparison.NotEqual => Always(comparison, order: 1),
            Comparison.Less or Comparison.LessOrEqual =>
                new NumberTest { Comparison = isBelow ? Comparison.LessOrEqual : Comparison.Less, Threshold = threshold },
            _ => new NumberTest { Comparison = isBelow ? Comparison.Greater : Comparison.GreaterOrEqual, Threshold = threshold },
        };
    }

    /// <summary>The same answer for all values.</summary>
    /// <param name="order">Of every value of the column to the constant.</param>
    private static NumberTest Always(Comparison comparison, int order) => new() { Constant = comparison.Holds(order).ToTruth() };
}
