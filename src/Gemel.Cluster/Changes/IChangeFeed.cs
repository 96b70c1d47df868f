using System.Globalization;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>Committed changes in the order of the journal.</summary>
public interface IChangeFeed
{
    /// <summary>The token of who has all events up to a commit, and none after.</summary>
    ResumeToken TokenAfter(long commit);

    /// <summary>Reads events after <paramref name="from"/> and goes on with new ones as they become durable.</summary>
    /// <param name="from">The last event the reader has; null: from now on.</param>
    /// <returns>One list per commit that has a matching event, never empty.</returns>
    /// <exception cref="GemelException">GMC020 (410): the journal no longer holds what comes after <paramref name="from"/>,
    /// or the token lies beyond the last commit.</exception>
    IAsyncEnumerable<IReadOnlyList<TwinEvent>> ReadAsync(ChangeFilter filter, ResumeToken? from, CancellationToken cancellationToken);
}

/// <summary>Which twins' events are wanted; all given parts must hold.</summary>
/// <param name="Twins">Null: all.</param>
/// <param name="Model">Twins of this model or one that extends it.</param>
/// <param name="Prefix">Ids that begin so.</param>
public sealed record ChangeFilter(IReadOnlySet<TwinId>? Twins = null, ModelId? Model = null, string? Prefix = null)
{
    /// <param name="schema">Null where the twin's model is not known any more; it is then of no model.</param>
    internal bool Takes(TwinId id, TwinSchema? schema)
    {
        return (Twins is null || Twins.Contains(id))
            && (Prefix is null || id.Value.StartsWith(Prefix, StringComparison.Ordinal))
            && (Model is not { } model || schema?.IsOfModel(model) == true);
    }
}

/// <summary>A place in the stream of events: an event's commit and its number within it.</summary>
/// <param name="Epoch">Of the data folder that gave it: after a restore the same numbers mean other commits. 0 where it was never restored.</param>
public readonly record struct ResumeToken(long Commit, int Index, uint Epoch = 0)
{
    public override string ToString() => Epoch == 0 ? $"{Commit}-{Index}" : $"{Commit}-{Index}-{Epoch:x8}";

    public static bool TryParse(ReadOnlySpan<char> text, out ResumeToken token)
    {
        token = default;
        Span<Range> parts = stackalloc Range[4];
        int count = text.Split(parts, '-');
        uint epoch = 0;
        bool isToken = count is 2 or 3
            & long.TryParse(text[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out long commit)
            & int.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && (count == 2 || (uint.TryParse(text[parts[2]], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out epoch) && epoch != 0));
        token = isToken ? new ResumeToken(commit, index, epoch) : default;
        return isToken;
    }
}
