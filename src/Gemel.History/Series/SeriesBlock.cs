namespace Gemel.History;

/// <summary>The series of one life of a twin under one layout: consecutive numbers from <see cref="First"/>. 24 bytes.</summary>
/// <param name="Twin">The life.</param>
/// <param name="First">The number of the layout's first name.</param>
/// <param name="Layout">Number of the layout.</param>
/// <param name="Id">Where the twin's id stands in the <see cref="IdArena"/>.</param>
/// <param name="Previous">The block of the same life before this one; -1 where there is none.</param>
internal readonly record struct SeriesBlock(TwinKey Twin, int First, int Layout, int Id, int Previous);
