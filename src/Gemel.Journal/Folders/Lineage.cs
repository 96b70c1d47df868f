namespace Gemel.Journal;

/// <summary>The pasts of a data folder: a restored copy shares the commits of its backup with the original, and goes on with others.</summary>
/// <remarks>The numbers after the backup then mean different commits in the two; so whoever keeps such a number for later (a resume token)
/// keeps the epoch with it, and <see cref="Holds"/> says whether it means here what it meant there. The first epoch of an instance is 0; each
/// restore begins one with a random number.</remarks>
/// <param name="epochs">In order; each begins after the last commit that it shares with the one before.</param>
public sealed class Lineage(IReadOnlyList<Epoch> epochs)
{
    public static readonly Lineage Original = new([]);

    public IReadOnlyList<Epoch> Epochs => epochs;

    /// <summary>In which new commits are made.</summary>
    public uint Current => epochs.Count == 0 ? 0 : epochs[^1].Number;

    /// <summary>Whether <paramref name="commit"/> of <paramref name="epoch"/> is the commit of that number here.</summary>
    public bool Holds(uint epoch, long commit)
    {
        int at = epoch == 0 ? -1 : epochs.ToList().FindIndex(known => known.Number == epoch);
        return (at >= 0 || epoch == 0) && epochs.Skip(at + 1).All(later => commit <= later.After);
    }
}

/// <param name="Number">Not 0.</param>
/// <param name="After">The last commit that it shares with the epoch before.</param>
public sealed record Epoch(uint Number, long After);
