namespace Gemel.Cluster;

/// <summary>Holds ingest back while history has not taken over what is committed: the bound on memory and on the lag.</summary>
/// <param name="since">The last commit at the start: what history takes up to it was never counted as waiting.</param>
internal sealed class BackPressure(long maxBytes, long since)
{
    private readonly Lock _gate = new();
    private long _waitingBytes;
    private TaskCompletionSource? _room;

    /// <summary>Committed payload bytes that history has not taken yet.</summary>
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

    public void Taken(long commit, long bytes)
    {
        if (commit <= since)
        {
            return;
        }
        TaskCompletionSource? room = null;
        lock (_gate)
        {
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
