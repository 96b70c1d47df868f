namespace Gemel.Journal;

/// <summary>The journal up to one durable commit, as files that a copy of it consists of.</summary>
/// <param name="First">The first commit in the files; one more than <paramref name="Commit"/> while there is none.</param>
/// <param name="Commit">The last one.</param>
/// <param name="Time">Server time of the last one; none before the first.</param>
/// <param name="Files">In order. The last may have grown since: only its first bytes count.</param>
/// <param name="Witness">The bytes of the file <see cref="WitnessName"/> that goes with them.</param>
public sealed record JournalCapture(long First, long Commit, Timestamp Time, IReadOnlyList<CapturedSegment> Files, ReadOnlyMemory<byte> Witness)
{
    /// <summary>Name of the witness beside the files.</summary>
    public const string WitnessName = Journal.Witness.FileName;
}

/// <param name="Path">Where the file is.</param>
/// <param name="Bytes">How much of it counts.</param>
/// <param name="IsClosed">Nothing more is ever written to it.</param>
public sealed record CapturedSegment(string Path, long Bytes, bool IsClosed)
{
    public string Name => System.IO.Path.GetFileName(Path);
}
