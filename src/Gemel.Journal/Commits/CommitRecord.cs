namespace Gemel.Journal;

/// <summary>One durable commit.</summary>
/// <param name="Commit">From 1, without gaps.</param>
/// <param name="Time">Server time of the commit.</param>
/// <param name="Hash">Of this record; the next record carries it.</param>
/// <param name="Payload">As it was appended. The reader owns the bytes: they are valid until its next read or its disposal, and
/// within <see cref="ICommitFollower.ApplyAsync"/> until the returned task ends. Copy what must live longer.</param>
public readonly record struct CommitRecord(long Commit, Timestamp Time, RecordHash Hash, ReadOnlyMemory<byte> Payload);
