using Gemel.Query.Syntax;

namespace Gemel.Query.Values;

/// <summary>Compares values by the rules of <c>docs/reference/query-language.md</c>, section Comparisons.</summary>
internal static class ScalarComparison
{
    private const double TwoTo63 = 9223372036854775808.0;

    public static Truth Compare(Comparison comparison, in Scalar left, in Scalar right)
    {
        if (!IsComparable(left.Kind) || !IsComparable(right.Kind))
        {
            return Truth.Undefined;
        }
        if (TryOrder(left, right, out int order))
        {
            return comparison.Holds(order).ToTruth();
        }
        // Values of different types differ, but none is less than the other.
        return comparison switch
        {
            Comparison.Equal => Truth.False,
            Comparison.NotEqual => Truth.True,
            _ => Truth.Undefined,
        };
    }

    /// <summary>Numbers by their exact value, texts by code points, false before true.</summary>
    /// <returns>False for values of different types.</returns>
    public static bool TryOrder(in Scalar left, in Scalar right, out int order)
    {
        order = 0;
        if (left.IsNumber && right.IsNumber)
        {
            order = OrderNumbers(left, right);
            return true;
        }
        if (left.Kind != right.Kind)
        {
            return false;
        }
        // The order of UTF-8 bytes is that of the code points.
        order = left.Kind == ScalarKind.Text ? left.Utf8.SequenceCompareTo(right.Utf8) : left.Bits.CompareTo(right.Bits);
        return true;
    }

    /// <summary>The exact order of a whole number and a finite double.</summary>
    public static int Order(long left, double right)
    {
        if (right >= TwoTo63)
        {
            return -1;
        }
        if (right < -TwoTo63)
        {
            return 1;
        }
        long whole = (long)right;
        return left != whole ? left.CompareTo(whole) : 0.0.CompareTo(right - whole);
    }

    private static int OrderNumbers(in Scalar left, in Scalar right) => (left.Kind, right.Kind) switch
    {
        (ScalarKind.Integer, ScalarKind.Integer) => left.Bits.CompareTo(right.Bits),
        (ScalarKind.Integer, _) => Order(left.Bits, right.Double),
        (_, ScalarKind.Integer) => -Order(right.Bits, left.Double),
        _ => left.Double.CompareTo(right.Double),
    };

    private static bool IsComparable(ScalarKind kind) => kind is not (ScalarKind.Undefined or ScalarKind.Object or ScalarKind.Array);
}
