namespace Gemel.Query.Values;

internal enum ScalarKind : byte
{
    /// <summary>There is no such value: never set, or not defined by the model.</summary>
    Undefined,
    Null,
    Boolean,
    Integer,
    Double,
    Text,
    Object,
    Array,
}

/// <summary>One value on its way through an expression; never kept.</summary>
/// <param name="bits">Of a Boolean 0 or 1, of an Integer its value, of a Double its bits.</param>
/// <param name="utf8">Of a Text its characters, of an Object or Array its JSON; valid until its row or its scratch moves on.</param>
internal readonly ref struct Scalar(ScalarKind kind, long bits, ReadOnlySpan<byte> utf8)
{
    public ScalarKind Kind { get; } = kind;

    public long Bits { get; } = bits;

    public ReadOnlySpan<byte> Utf8 { get; } = utf8;

    public double Double => BitConverter.Int64BitsToDouble(Bits);

    public bool IsNumber => Kind is ScalarKind.Integer or ScalarKind.Double;

    public bool IsDefined => Kind != ScalarKind.Undefined;

    public static Scalar Of(ScalarKind kind) => new(kind, 0, default);

    public static Scalar Of(bool value) => new(ScalarKind.Boolean, value ? 1 : 0, default);

    public static Scalar Of(long value) => new(ScalarKind.Integer, value, default);

    public static Scalar Of(double value) => new(ScalarKind.Double, BitConverter.DoubleToInt64Bits(value), default);

    public static Scalar OfText(ReadOnlySpan<byte> utf8) => new(ScalarKind.Text, 0, utf8);
}
