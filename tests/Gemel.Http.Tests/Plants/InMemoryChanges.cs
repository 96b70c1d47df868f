using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

/// <summary>Commits of events that a test publishes; readers follow them as they would the journal.</summary>
internal sealed class InMemoryChanges : IChangeFeed
{
    public static readonly ErrorCode Gone = new("GMC020", 410, false, "The journal no longer holds what follows {0}.", "Begin anew.");

    private readonly Lock _gate = new();
    private readonly List<IReadOnlyList<TwinEvent>> _commits = [];
    private TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Commits before this one are no longer held.</summary>
    public long FirstHeld { get; set; } = 1;

    /// <summary>Readers that are following now.</summary>
    public int Readers;

    /// <summary>Gets an entry for each reader that has begun.</summary>
    public Channel<bool> Joined { get; } = Channel.CreateUnbounded<bool>();

    /// <summary>Gets an entry for each reader that has ended.</summary>
    public Channel<bool> Left { get; } = Channel.CreateUnbounded<bool>();

    public ChangeFilter? LastFilter { get; private set; }

    public ResumeToken? LastFrom { get; private set; }

    public ResumeToken TokenAfter(long commit) => new(commit, int.MaxValue);

    public void Publish(params TwinEvent[] events)
    {
        TaskCompletionSource published;
        lock (_gate)
        {
            _commits.Add(events);
            published = _published;
            _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        published.SetResult();
    }

    public async IAsyncEnumerable<IReadOnlyList<TwinEvent>> ReadAsync(ChangeFilter filter, ResumeToken? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (LastFilter, LastFrom) = (filter, from);
        ResumeToken after = from ?? default;
        if (after.Commit < FirstHeld - 1)
        {
            throw new GemelException(Gone.With(after));
        }
        Interlocked.Increment(ref Readers);
        Joined.Writer.TryWrite(true);
        try
        {
            for (int next = 0; ;)
            {
                (IReadOnlyList<TwinEvent>? commit, Task published) = Next(next);
                if (commit is null)
                {
                    await published.WaitAsync(cancellationToken);
                    continue;
                }
                next++;
                TwinEvent[] wanted = [.. commit.Where(e => IsAfter(e.Token, after) && (filter.Prefix is null || e.Twin.Value.StartsWith(filter.Prefix, StringComparison.Ordinal)) && (filter.Twins is null || filter.Twins.Contains(e.Twin)))];
                if (wanted.Length > 0)
                {
                    yield return wanted;
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref Readers);
            Left.Writer.TryWrite(true);
        }
    }

    private (IReadOnlyList<TwinEvent>? Commit, Task Published) Next(int index)
    {
        lock (_gate)
        {
            return (index < _commits.Count ? _commits[index] : null, _published.Task);
        }
    }

    private static bool IsAfter(ResumeToken token, ResumeToken after) => (token.Commit, token.Index).CompareTo((after.Commit, after.Index)) > 0;
}
