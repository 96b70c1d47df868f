namespace Gemel.History;

/// <summary>The points of one path, in the order asked for.</summary>
/// <param name="Boundary">The point that held at the start of the range, where it was asked for and exists; not among
/// <paramref name="Points"/>.</param>
/// <param name="Next">Source time after which a further page goes on; null where the range is read to its end.</param>
public sealed record HistorySeries(string Path, IReadOnlyList<HistoryPoint> Points, HistoryPoint? Boundary, Timestamp? Next);
