namespace Gemel.Cluster;

/// <summary>A job and how it stands.</summary>
/// <remarks>Threading: changed under the gate of its <see cref="JobTable"/>, but for the progress, which its run writes.</remarks>
/// <param name="begun">As it began, or as it was kept by an earlier process.</param>
internal sealed class Job(JobView begun) : IDisposable
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource _cancellation = new();
    private JobView _view = begun;

    public JobProgress Progress { get; } = new(begun.Counts);

    /// <summary>Ends when somebody cancels the job, or the instance stops.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    public JobView View => _view with { Counts = Progress.Counts };

    public void Move(JobStatus status, Timestamp now, IReadOnlyList<GemelError>? errors = null)
    {
        bool isOver = status is JobStatus.Failed or JobStatus.Succeeded or JobStatus.Cancelled;
        _view = _view with
        {
            Status = status,
            LastAction = now,
            Finished = isOver ? now : null,
            Purge = new Timestamp(now.Ticks + KeptFor.Ticks),
            Errors = errors ?? _view.Errors,
        };
    }

    public void Stop() => _cancellation.Cancel();

    public void Dispose() => _cancellation.Dispose();
}
