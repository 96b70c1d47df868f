namespace Gemel.Cluster;

/// <summary>Holds ingest back while history has not taken over what is committed: the bound on memory and on the lag.</summary>
/// <param name="since">The last commit at the start: what history takes up to it was never counted as waiting.</param>
internal sealed class BackPressure(long maxBytes, long since)
{
    private readonly Lock _gate = new();
    private long _waitingBytes;
    private long _taken = since;
    private TaskCompletionSource? _room;

    /// <summary>Committed payload bytes that history has not taken yet; below 0 for a moment where history is told of a commit
    /// before the committer counts it.</summary>
    public long WaitingBytes => Volatile.Read(ref _waitingBytes);

    public void Committed(long bytes)
    {
        lock (_gate)
        {
            _waitingBytes += bytes;
            if (_waitingBytes > maxBytes)
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>History has taken a commit; one that it is given again after a failure counts once.</summary>
    public void Taken(long commit, long bytes)
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            if (commit <= _taken)
            {
                return;
            }
            _taken = commit;
            _waitingBytes -= bytes;
            if (_waitingBytes <= maxBytes)
            {
                (room, _room) = (_room, null);
            }
        }
        room?.SetResult();
    }

    /// <summary>Ends at once, or when there is room again.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        return Volatile.Read(ref _room) is { } room ? new ValueTask(room.Task.WaitAsync(cancellationToken)) : ValueTask.CompletedTask;
    }
}
