using System.Globalization;

namespace Gemel.Bench.Fleet;

/// <summary>What the meters read: numbers of three decimals that look random, and are the same in every process.</summary>
internal static class Readings
{
    /// <summary>Readings per property before they begin again.</summary>
    public const int Variants = 16;

    /// <summary>Between 10.000 and 99.999, as JSON writes it.</summary>
    public static string Text(int meter, int property, int variant)
    {
        ulong mixed = Mix((((ulong)meter * (ulong)Meters.Properties.Count) + (ulong)property) * Variants + (ulong)variant);
        double value = (10_000 + (mixed % 90_000)) / 1000.0;
        return value.ToString(CultureInfo.InvariantCulture);
    }

    // The finalizer of splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
