using Gemel.Query.Syntax;
using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>A comparison with a constant.</summary>
internal sealed class CompareTest(Comparison comparison, Literal literal) : ValueTest
{
    public Comparison Comparison => comparison;

    public Literal Literal => literal;

    public override Truth Test(in Scalar value, Scratch scratch) => ScalarComparison.Compare(comparison, value, literal.Value);
}

/// <summary>IN, and NIN, of a list: whether any of its values is equal.</summary>
internal sealed class InTest : ValueTest
{
    private readonly bool _isNegated;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _texts;
    private readonly HashSet<long> _integers = [];
    private readonly HashSet<double> _fractions = [];
    private readonly HashSet<bool> _booleans = [];
    private readonly bool _hasNull;

    public InTest(IEnumerable<Literal> values, bool isNegated)
    {
        _isNegated = isNegated;
        HashSet<byte[]> texts = new(Utf8Comparer.Instance);
        foreach (Literal literal in values)
        {
            switch (literal.Kind)
            {
                case ScalarKind.Text: texts.Add(literal.Utf8); break;
                case ScalarKind.Boolean: _booleans.Add(literal.Bits != 0); break;
                case ScalarKind.Null: _hasNull = true; break;
                case ScalarKind.Integer: _integers.Add(literal.Bits); break;
                default: AddNumber(literal.Value.Double); break;
            }
        }
        _texts = texts.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public override int Cost => 20;

    public override Truth Test(in Scalar value, Scratch scratch)
    {
        bool? isIn = value.Kind switch
        {
            ScalarKind.Text => _texts.Contains(value.Utf8),
            ScalarKind.Boolean => _booleans.Contains(value.Bits != 0),
            ScalarKind.Null => _hasNull,
            ScalarKind.Integer => _integers.Contains(value.Bits),
            ScalarKind.Double => IsWhole(value.Double) ? _integers.Contains((long)value.Double) : _fractions.Contains(value.Double),
            _ => null,
        };
        return isIn is null ? Truth.Undefined : (isIn != _isNegated).ToTruth();
    }

    private void AddNumber(double value)
    {
        if (IsWhole(value))
        {
            _integers.Add((long)value);
        }
        else
        {
            _fractions.Add(value);
        }
    }

    private static bool IsWhole(double value) => value is >= long.MinValue and < -(double)long.MinValue && Math.Floor(value) == value;
}

/// <summary>What a value is; never undefined.</summary>
internal sealed class KindTest(Func<ScalarKind, bool> isWanted) : ValueTest
{
    public override bool IsOfKindOnly => true;

    public override Truth Test(in Scalar value, Scratch scratch) => isWanted(value.Kind).ToTruth();
}

internal enum TextMatch
{
    StartsWith,
    EndsWith,
    Contains,
}

/// <summary>A part of a text, byte by byte, so upper and lower case differ; undefined on all else than texts.</summary>
internal sealed class TextTest(TextMatch match, byte[] part) : ValueTest
{
    public override int Cost => 10;

    public override Truth Test(in Scalar value, Scratch scratch)
    {
        if (value.Kind != ScalarKind.Text)
        {
            return Truth.Undefined;
        }
        return (match switch
        {
            TextMatch.StartsWith => value.Utf8.StartsWith(part),
            TextMatch.EndsWith => value.Utf8.EndsWith(part),
            _ => value.Utf8.IndexOf(part) >= 0,
        }).ToTruth();
    }
}

/// <summary>An element of an array; undefined on all else than arrays.</summary>
internal sealed class ArrayContainsTest(Literal literal) : ValueTest
{
    public override int Cost => 300;

    public override Truth Test(in Scalar value, Scratch scratch) =>
        value.Kind == ScalarKind.Array ? JsonPath.Contains(value.Utf8, literal.Value, scratch).ToTruth() : Truth.Undefined;
}

/// <summary>A value that stands where a condition does: true and false are themselves, all else is undefined.</summary>
internal sealed class BooleanTest : ValueTest
{
    public static BooleanTest Instance { get; } = new();

    public override Truth Test(in Scalar value, Scratch scratch) => value.Kind == ScalarKind.Boolean ? (value.Bits != 0).ToTruth() : Truth.Undefined;
}
