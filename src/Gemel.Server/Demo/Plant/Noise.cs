namespace Gemel.Server.Demo.Plant;

/// <summary>Random numbers that are a function of a seed and of what they are for, so that a run can be repeated and entered anywhere.</summary>
/// <remarks>Counter-based: the SplitMix64 finaliser (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) over seed, channel and count.</remarks>
internal readonly record struct Noise(ulong Seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Uniform in [0, 1).</summary>
    /// <param name="channel">What the number is for.</param>
    /// <param name="count">Which one of the channel.</param>
    public double Uniform(int channel, long count) => (Bits(channel, count) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normal with mean 0 and deviation 1, by Box and Muller.</summary>
    public double Normal(int channel, long count)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(channel, 2 * count)));
        return radius * Math.Cos(2 * Math.PI * Uniform(channel, (2 * count) + 1));
    }

    /// <summary>A smooth curve in [-1, 1] with a new height every <paramref name="period"/>: value noise after Perlin.</summary>
    public double Smooth(int channel, TimeSpan at, TimeSpan period)
    {
        double position = at / period;
        double whole = Math.Floor(position);
        double fraction = position - whole;
        double eased = fraction * fraction * (3 - (2 * fraction));
        double from = (2 * Uniform(channel, (long)whole)) - 1;
        double to = (2 * Uniform(channel, (long)whole + 1)) - 1;
        return from + ((to - from) * eased);
    }

    private ulong Bits(int channel, long count) => Mix(Mix(Seed + (Golden * (ulong)(channel + 1))) + (Golden * (ulong)count));

    private static ulong Mix(ulong z)
    {
        z += Golden;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
