namespace Gemel.History;

/// <summary>What a reading of a history folder at rest found.</summary>
/// <param name="Commit">Everything up to this commit is in the files; null where the manifest cannot be read.</param>
/// <param name="Files">Read, the manifest and the catalog of series included.</param>
/// <param name="Rows">Samples that the manifest names.</param>
/// <param name="Damage">Every damaged file.</param>
/// <param name="Notices">What is no damage and still worth knowing: files that the manifest does not name.</param>
public sealed record HistoryReport(long? Commit, int Files, long Rows, long Bytes, IReadOnlyList<GemelError> Damage, IReadOnlyList<string> Notices);
