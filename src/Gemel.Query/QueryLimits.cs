namespace Gemel.Query;

/// <summary>Where a page ends.</summary>
/// <param name="Rows">Most rows on it, from 1.</param>
/// <param name="Bytes">The row that reaches this many bytes is the page's last one.</param>
public readonly record struct QueryLimits(int Rows, int Bytes = QueryLimits.DefaultBytes)
{
    /// <summary>4 MiB.</summary>
    public const int DefaultBytes = 4 * 1024 * 1024;

    /// <summary>Most characters of a query text; Azure allows 8,000.</summary>
    public const int TextCharacters = 100_000;

    /// <summary>Most levels of parentheses and NOT.</summary>
    public const int Nesting = 200;
}
