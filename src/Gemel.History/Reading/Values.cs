namespace Gemel.History;

/// <summary>Takes values out of rows.</summary>
internal static class Values
{
    /// <summary>The value of a row in the unit the reader wants; a copy that outlives the batch.</summary>
    public static HistoryValue Converted(RowBatch batch, int row, string path, string? unit, UnitConversion? conversion)
    {
        var value = new HistoryValue((ValueKind)batch.Kind[row], batch.Bits[row], batch.HasTextAt(row) ? batch.Text(row).ToArray() : default);
        if (conversion is null || value.Kind is not (ValueKind.Integer or ValueKind.Single or ValueKind.Double))
        {
            return value;
        }
        double converted = conversion(path, unit, value.Number);
        // What stays the same keeps its kind and thus every digit, also of integers beyond 2^53.
        return converted.Equals(value.Number) ? value : new HistoryValue(ValueKind.Double, BitConverter.DoubleToInt64Bits(converted), default);
    }
}
