namespace Gemel.Graph;

/// <summary>The part of a twin's row that is not cells, as of a commit.</summary>
internal readonly record struct TwinHeader(long LastCommit, uint Version, Timestamp LastUpdate);
