namespace Gemel.Cluster;

/// <summary>How the recovery of an instance ended.</summary>
public sealed class InstanceStart
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the instance takes work; fails with what kept it from that.</summary>
    public Task Completion => _completion.Task;

    internal void Succeed() => _completion.TrySetResult();

    internal void Fail(Exception reason) => _completion.TrySetException(reason);
}
