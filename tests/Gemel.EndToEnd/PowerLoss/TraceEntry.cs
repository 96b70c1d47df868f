namespace Gemel.EndToEnd.PowerLoss;

/// <summary>As in <c>powerloss.c</c>, whose numbers these are.</summary>
internal enum TraceKind
{
    Open = 1,
    Create,
    Write,
    Truncate,
    Rename,
    Unlink,
    Link,
    MakeFolder,
    RemoveFolder,
    Sync,
    SyncFolder,

    /// <summary>A call that the layer cannot follow; <see cref="TraceEntry.Path"/> names it.</summary>
    Unseen,
    Read,
}

/// <summary>One call by which the server changed a file, or made changes durable.</summary>
/// <param name="Number">From 1, without gaps, in the order in which the calls took effect.</param>
/// <param name="Time">When it had returned, on the clock of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="Offset">Of a write; of a sync the number of the last entry that it covers.</param>
/// <param name="Length">Of a truncation.</param>
/// <param name="Error">Of a sync that failed; 0 where it did not.</param>
/// <param name="Path">Relative to the watched folder.</param>
/// <param name="Second">The new name of a rename or link.</param>
internal readonly record struct TraceEntry(
    TraceKind Kind, long Number, long Time, ulong Inode, long Offset, long Length, int Error, string Path, string Second, ReadOnlyMemory<byte> Data)
{
    public override string ToString() => $"{Number} {Kind} {Path} {Second} at {Offset}, {Data.Length} bytes{(Error == 0 ? "" : $", error {Error}")}";
}
