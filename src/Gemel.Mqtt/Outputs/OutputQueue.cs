namespace Gemel.Mqtt.Outputs;

/// <summary>What waits for one subscriber: messages in order, of which the oldest goes first when there are too many, and
/// twins whose state is due, each once however often it changed.</summary>
/// <remarks>Threading: many writers, one reader.</remarks>
internal sealed class OutputQueue(int capacity)
{
    // Messages are of the sizes that devices give them, so their number alone is no bound.
    private const long MaxBytes = 16 << 20;

    private readonly Lock _sync = new();
    private readonly Queue<OutputMessage> _messages = new();
    private readonly Queue<string> _states = new();
    private readonly Dictionary<string, bool> _isRetained = new(StringComparer.Ordinal);
    private TaskCompletionSource? _arrival;
    private bool _statesAreNext;
    private int _dropped;
    private long _bytes;

    /// <returns>False where an older message had to go.</returns>
    public bool Enqueue(OutputMessage message)
    {
        lock (_sync)
        {
            int before = _dropped;
            while (_messages.Count >= capacity || (_messages.Count > 0 && _bytes + message.Payload.Length > MaxBytes))
            {
                _bytes -= _messages.Dequeue().Payload.Length;
                _dropped++;
            }
            _messages.Enqueue(message);
            _bytes += message.Payload.Length;
            Announce();
            return _dropped == before;
        }
    }

    public void MarkState(string twin, bool isRetained)
    {
        lock (_sync)
        {
            if (_isRetained.TryAdd(twin, isRetained))
            {
                _states.Enqueue(twin);
                Announce();
            }
            else if (isRetained)
            {
                _isRetained[twin] = true;
            }
        }
    }

    /// <summary>Takes messages and states by turns, so that neither starves the other.</summary>
    /// <param name="dropped">Messages that were dropped since the last message was taken; 0 with a state.</param>
    public bool TryTake(out Output output, out int dropped)
    {
        lock (_sync)
        {
            dropped = 0;
            bool takesState = _states.Count > 0 && (_statesAreNext || _messages.Count == 0);
            _statesAreNext = !takesState;
            if (takesState)
            {
                string twin = _states.Dequeue();
                _isRetained.Remove(twin, out bool isRetained);
                output = new Output(null, twin, isRetained);
                return true;
            }
            bool any = _messages.TryDequeue(out OutputMessage? message);
            _bytes -= message?.Payload.Length ?? 0;
            (dropped, _dropped) = any ? (_dropped, 0) : (0, _dropped);
            output = new Output(message, null, IsRetained: false);
            return any;
        }
    }

    /// <summary>Ends when there is something to take.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            if (_messages.Count > 0 || _states.Count > 0)
            {
                return Task.CompletedTask;
            }
            _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _arrival.Task.WaitAsync(cancellationToken);
        }
    }

    private void Announce()
    {
        _arrival?.TrySetResult();
        _arrival = null;
    }
}
