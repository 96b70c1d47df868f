namespace Gemel.Cluster;

/// <summary>Holds ingest back while history has not taken over what is committed: the bound on memory and on the lag.</summary>
internal sealed class BackPressure(long maxBytes)
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

    public void Taken(long bytes)
    {
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
