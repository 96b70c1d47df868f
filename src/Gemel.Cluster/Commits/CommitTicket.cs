namespace Gemel.Cluster;

/// <summary>One commit that is being gathered, and those who wait for it to be durable.</summary>
internal sealed class CommitTicket(long commit)
{
    private readonly TaskCompletionSource<long> _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Commit { get; } = commit;

    /// <summary>The ticket of a commit that is durable already.</summary>
    public static CommitTicket Completed(long commit)
    {
        CommitTicket ticket = new(commit);
        ticket.Complete();
        return ticket;
    }

    /// <summary>Ends with the commit's number once it is durable, or with a <see cref="GemelException"/> once it is rolled back or refused.</summary>
    public Task<long> Durable => _durable.Task;

    public void Complete() => _durable.TrySetResult(Commit);

    public void Fail(GemelException failure)
    {
        _durable.TrySetException(failure);
        // Nobody may be waiting (QoS 0); an unobserved exception is no news then, for the committer has logged it.
        _ = _durable.Task.Exception;
    }
}
