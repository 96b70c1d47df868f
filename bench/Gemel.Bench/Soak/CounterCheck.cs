namespace Gemel.Bench.Soak;

/// <summary>Compares what a server holds of the counters with what was sent and acknowledged.</summary>
internal static class CounterCheck
{
    /// <param name="from">Source time from which on values are compared; history must still keep them.</param>
    /// <param name="acknowledged">What was acknowledged before must be there.</param>
    /// <returns>Everything that is wrong.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        SoakClient client, IEnumerable<CounterLedger> ledgers, DateTimeOffset from, DateTimeOffset acknowledged, CancellationToken cancellationToken)
    {
        List<string> wrong = [];
        foreach (CounterLedger ledger in ledgers)
        {
            IReadOnlyList<int> stored = await client.HistoryAsync(ledger.Twin, from, cancellationToken).ConfigureAwait(false);
            int? present = await client.PresentAsync(ledger.Twin, cancellationToken).ConfigureAwait(false);
            wrong.AddRange(ledger.Check(stored, from, acknowledged));
            // Values only grow: the state was read after history, so it cannot be behind it.
            if (stored.Count > 0 && (present is null || present < stored[^1]))
            {
                wrong.Add($"{ledger.Twin}: the state is {present}, history's last {stored[^1]}");
            }
        }
        return wrong;
    }
}
