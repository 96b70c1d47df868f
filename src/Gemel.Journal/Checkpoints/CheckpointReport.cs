namespace Gemel.Journal;

/// <summary>What a reading of the newest checkpoint found.</summary>
/// <param name="Checkpoint">Null where there is none, or its manifest cannot be read.</param>
/// <param name="Files">Read, the manifest included.</param>
/// <param name="Damage">Every damaged file.</param>
/// <param name="Notices">What is no damage and still worth knowing: files that no checkpoint needs.</param>
public sealed record CheckpointReport(Checkpoint? Checkpoint, int Files, long Bytes, IReadOnlyList<GemelError> Damage, IReadOnlyList<string> Notices);
