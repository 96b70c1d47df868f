using System.Collections.Immutable;

namespace Gemel.History;

/// <summary>The names of the series that one block of numbers stands for, in order; of a twin's columns as a rule. Made by
/// <see cref="SeriesCatalog.LayoutOf"/>, one object for each list of names.</summary>
public sealed class SeriesLayout
{
    internal const int Unused = -1;

    internal SeriesLayout(ImmutableArray<SeriesName> columns) => Columns = columns;

    public ImmutableArray<SeriesName> Columns { get; }

    /// <summary>Given with the first block, in the order of these; so files need not say it.</summary>
    internal int Number { get; set; } = Unused;

    /// <summary>The first block of this layout; meaningless while it is unused.</summary>
    internal int FirstBlock { get; set; }
}
