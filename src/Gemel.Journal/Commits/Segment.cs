namespace Gemel.Journal;

/// <summary>One journal file as the log knows it.</summary>
/// <param name="First">Commit of its first record.</param>
/// <param name="Bytes">Its length up to the end of the last durable record.</param>
internal sealed record Segment(string Path, long First, long Bytes);
