namespace Gemel.Bench.Soak;

/// <summary>How a server is ended.</summary>
internal enum Ending
{
    /// <summary>SIGKILL.</summary>
    Kill,

    /// <summary>SIGKILL, and once more while it recovers.</summary>
    KillTwice,

    /// <summary>SIGTERM.</summary>
    Terminate,
}

/// <param name="At">Since the begin.</param>
internal readonly record struct Disturbance(TimeSpan At, Ending Ending);

/// <summary>When the server is ended, and how: a storm, a calm in which one process lives long enough to show what it leaks, a storm.</summary>
/// <remarks>A leak of a process that lives three minutes cannot be seen; a leak of what recovery brings back can only be seen across many.</remarks>
internal static class SoakPlan
{
    private const double CalmBegin = 0.42;
    private const double CalmEnd = 0.84;

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(3);

    /// <summary>The part without crashes, since the begin.</summary>
    public static (TimeSpan From, TimeSpan To) Calm(TimeSpan length) => (length * CalmBegin, length * CalmEnd);

    /// <returns>Ascending in time; the same for the same seed.</returns>
    public static IReadOnlyList<Disturbance> Of(TimeSpan length, double pace, int seed)
    {
        Random random = new(seed);
        (TimeSpan from, TimeSpan to) = Calm(length);
        List<Disturbance> plan = [];
        TimeSpan at = TimeSpan.Zero;
        while (true)
        {
            at += (Least + ((Most - Least) * random.NextDouble())) / pace;
            Ending ending = random.Next(6) switch { 0 => Ending.Terminate, 1 => Ending.KillTwice, _ => Ending.Kill };
            if (at >= length)
            {
                return plan;
            }
            if (at < from || at > to)
            {
                plan.Add(new Disturbance(at, ending));
            }
        }
    }
}
