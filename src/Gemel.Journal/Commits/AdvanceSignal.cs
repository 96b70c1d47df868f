namespace Gemel.Journal;

/// <summary>Wakes those who wait for the next durable commit; costs nothing while nobody waits.</summary>
internal sealed class AdvanceSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _next;
    private long _position;
    private bool _closed;
    private GemelException? _failure;

    public AdvanceSignal(long position) => _position = position;

    /// <summary>Completes once the position is at least <paramref name="position"/>.</summary>
    /// <exception cref="ObjectDisposedException">The log was closed before.</exception>
    /// <exception cref="GemelException">What <see cref="Fail"/> was told.</exception>
    public async Task WaitAsync(long position, CancellationToken cancellationToken)
    {
        while (Next(position) is { } advanced)
        {
            await advanced.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Advance(long position)
    {
        TaskCompletionSource? waiters;
        lock (_gate)
        {
            (_position, _failure) = (position, null);
            (waiters, _next) = (_next, null);
        }
        waiters?.SetResult();
    }

    /// <summary>Nothing will advance until somebody steps in: who waits, or comes to wait, learns why, until the next advance.</summary>
    public void Fail(GemelException failure)
    {
        TaskCompletionSource? waiters;
        lock (_gate)
        {
            _failure = failure;
            (waiters, _next) = (_next, null);
        }
        waiters?.SetResult();
    }

    public bool IsClosed => Volatile.Read(ref _closed);

    public void Close()
    {
        TaskCompletionSource? waiters;
        lock (_gate)
        {
            _closed = true;
            (waiters, _next) = (_next, null);
        }
        waiters?.SetResult();
    }

    private Task? Next(long position)
    {
        lock (_gate)
        {
            if (_position >= position)
            {
                return null;
            }
            ObjectDisposedException.ThrowIf(_closed, typeof(CommitLog));
            if (_failure is { } failure)
            {
                throw new GemelException(failure.Errors, failure);
            }
            return (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
