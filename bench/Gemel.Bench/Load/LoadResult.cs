namespace Gemel.Bench.Load;

/// <summary>What a loader process did; printed as one line of JSON.</summary>
/// <param name="Started">By <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>, which all processes of a machine share.</param>
/// <param name="Ended">When the last answer had come.</param>
/// <param name="SentByConnection">Messages or requests.</param>
/// <param name="Refused">Acknowledgements that say something was not taken; of a load that listens, messages that never came out.</param>
/// <param name="LatencyMicros">Of each message that came out, ascending percentiles; null where not measured.</param>
internal sealed record LoadResult(long Started, long Ended, IReadOnlyList<long> SentByConnection, long Refused, Percentiles? LatencyMicros, double CpuSeconds);

/// <param name="Count">Values measured.</param>
internal sealed record Percentiles(long Count, double P50, double P99, double P999, double Max)
{
    /// <param name="values">At least one; sorted by this call.</param>
    public static Percentiles Of(List<double> values)
    {
        values.Sort();
        return new Percentiles(values.Count, At(0.5), At(0.99), At(0.999), values[^1]);

        double At(double share) => values[(int)Math.Min(values.Count - 1, Math.Ceiling(share * values.Count) - 1)];
    }
}
