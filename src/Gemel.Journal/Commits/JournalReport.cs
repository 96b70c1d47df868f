namespace Gemel.Journal;

/// <summary>What a reading of the whole journal found.</summary>
/// <param name="First">The earliest commit; 0 when there is none.</param>
/// <param name="Last">The last whole commit in order.</param>
/// <param name="Witnessed">The last acknowledged commit.</param>
/// <param name="Bytes">Of journal files read.</param>
/// <param name="TornBytes">At the end, of a commit that was never acknowledged; the next start cuts them.</param>
/// <param name="Damage">Every damaged place, in order; within a file, the first one.</param>
public sealed record JournalReport(long First, long Last, long Witnessed, int Files, long Bytes, long TornBytes, IReadOnlyList<GemelError> Damage)
{
    public bool IsWhole => Damage.Count == 0;

    /// <summary>What is no damage and still worth knowing, such as what a crash has left.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
