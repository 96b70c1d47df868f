namespace Gemel.History;

/// <summary>A value read back; bits and text as in <see cref="ValueKind"/>.</summary>
/// <param name="Text">UTF-8 of text, JSON and the name of an enum value; empty otherwise.</param>
public readonly record struct HistoryValue(ValueKind Kind, long Bits, ReadOnlyMemory<byte> Text)
{
    public bool IsNumeric => Kind is ValueKind.Boolean or ValueKind.Integer or ValueKind.Single or ValueKind.Double;

    /// <summary>The value as a number: an integer rounded to the nearest double, a boolean as 0 or 1.</summary>
    /// <exception cref="InvalidOperationException">The kind is not numeric.</exception>
    public double Number => Kind switch
    {
        ValueKind.Single or ValueKind.Double => BitConverter.Int64BitsToDouble(Bits),
        ValueKind.Integer or ValueKind.Boolean => Bits,
        _ => throw new InvalidOperationException($"A value of kind {Kind} is not a number."),
    };

    public bool Equals(HistoryValue other) => Kind == other.Kind && Bits == other.Bits && Text.Span.SequenceEqual(other.Text.Span);

    public override int GetHashCode() => HashCode.Combine(Kind, Bits, Text.Length);
}
