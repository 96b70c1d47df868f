using System.Collections.Frozen;

namespace Gemel;

/// <summary>The units of measure of DTDL: those of version 2 of the language and of its extension quantitativeTypes;1 to ;3.</summary>
/// <remarks>Names are ordinal. Safe for concurrent callers.</remarks>
public static class Units
{
    private static readonly FrozenDictionary<string, Unit> ByName = UnitTable.All.ToFrozenDictionary(u => u.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> ByQuantity = UnitTable.All
        .GroupBy(u => u.Quantity, StringComparer.Ordinal)
        .ToFrozenDictionary(g => g.Key, g => g.Select(u => u.Name).ToArray(), StringComparer.Ordinal);

    /// <summary>All unit names, quantity by quantity.</summary>
    public static IEnumerable<string> All => UnitTable.All.Select(u => u.Name);

    public static bool IsKnown(string unit) => ByName.ContainsKey(unit);

    /// <summary>The quantity that the unit measures: <c>Temperature</c>, <c>VolumeFlowRate</c>; null where it is not known.</summary>
    public static string? QuantityOf(string unit) => ByName.GetValueOrDefault(unit)?.Quantity;

    /// <summary>The units of a quantity; empty where there is none.</summary>
    public static IReadOnlyList<string> OfQuantity(string quantity) => ByQuantity.GetValueOrDefault(quantity) ?? [];

    /// <summary>The symbol for display: <c>°C</c>, <c>l/min</c>; the name itself where the unit is not known.</summary>
    public static string SymbolOf(string unit) => ByName.GetValueOrDefault(unit)?.Symbol ?? unit;

    /// <summary>Converts a value between two units of the same quantity.</summary>
    /// <returns>false where a unit is unknown, they do not measure the same, or the result is not finite; equal names give the
    /// value itself, known or not.</returns>
    public static bool TryConvert(string from, string to, double value, out double converted)
    {
        converted = value;
        if (from == to)
        {
            return true;
        }
        if (!ByName.TryGetValue(from, out Unit? source) || !ByName.TryGetValue(to, out Unit? target) || source.Dimension != target.Dimension)
        {
            return false;
        }
        // One multiplication and one division: whole ratios such as bar to kilopascal stay free of rounding dust.
        converted = ((value + source.Offset) * (source.Scale * target.Divisor) / (source.Divisor * target.Scale)) - target.Offset;
        return double.IsFinite(converted);
    }
}
