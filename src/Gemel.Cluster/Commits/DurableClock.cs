namespace Gemel.Cluster;

/// <summary>The number of the newest durable commit, and a way to wait for the next one.</summary>
internal sealed class DurableClock
{
    private readonly Lock _gate = new();
    private long _commit;
    private TaskCompletionSource _advanced = NewSignal();

    public long Commit => Volatile.Read(ref _commit);

    public void Advance(long commit)
    {
        TaskCompletionSource reached;
        lock (_gate)
        {
            Volatile.Write(ref _commit, commit);
            reached = _advanced;
            _advanced = NewSignal();
        }
        reached.SetResult();
    }

    /// <summary>Ends when <see cref="Commit"/> is greater than <paramref name="commit"/>.</summary>
    public Task WaitBeyond(long commit)
    {
        lock (_gate)
        {
            return _commit > commit ? Task.CompletedTask : _advanced.Task;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
