namespace Gemel.Mqtt.Sessions;

/// <summary>Counts QoS 1 and 2 messages that the client has not acknowledged, and holds back what would exceed its receive maximum
/// (MQTT 5 section 4.9). Threading: safe for concurrent callers.</summary>
internal sealed class SendWindow(int most)
{
    private readonly Lock _sync = new();
    private int _limit = int.MaxValue;
    private int _used;
    private TaskCompletionSource? _room;

    /// <summary>A client connected with a receive maximum of its own.</summary>
    public void Limit(int clientMaximum)
    {
        lock (_sync)
        {
            _limit = clientMaximum;
        }
    }

    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_sync)
            {
                if (_used < most && _used < _limit)
                {
                    _used++;
                    return;
                }
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Leave()
    {
        lock (_sync)
        {
            _used = Math.Max(0, _used - 1);
            _room?.SetResult();
            _room = null;
        }
    }
}
