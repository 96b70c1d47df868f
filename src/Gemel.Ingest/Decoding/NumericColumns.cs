using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Which columns hold numbers, and their numbers.</summary>
internal static class NumericColumns
{
    public static bool IsNumeric(this Column column) => column.Kind is ValueKind.Integer or ValueKind.Single or ValueKind.Double;

    /// <param name="bits">Of a numeric column.</param>
    public static double NumberOf(this Column column, long bits) => column.Kind == ValueKind.Integer ? bits : BitConverter.Int64BitsToDouble(bits);
}
