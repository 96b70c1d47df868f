namespace Gemel.History;

/// <summary>The number of a series within one history store, from 0, given in order of first appearance.</summary>
/// <remarks>Valid for one opening of the store only: a number given after the last seal is given anew after a crash.
/// The journal and the twins therefore never hold it.</remarks>
public readonly record struct SeriesId(int Value);
