namespace Gemel.Journal;

/// <summary>What the start of the log found behind the last witnessed commit.</summary>
/// <param name="CutBytes">Of a record, or the beginning of a file, torn by a crash and never acknowledged.</param>
/// <param name="KeptCommits">Whole records that were durable but possibly not acknowledged; whoever sent them may not know.</param>
public sealed record RecoverySummary(long CutBytes, int KeptCommits);
