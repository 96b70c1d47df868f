using Gemel.Cluster;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;
using Microsoft.Extensions.Logging;

namespace Gemel.Mqtt.Outputs;

/// <summary>Brings the rejections of the devices that a session asks for into its queue.</summary>
/// <remarks>Threading: <see cref="Follow"/> under the hub's lock.</remarks>
internal sealed class RejectionFollower(
    IRejectionStore store, ClientSession session, int capacity, MqttMetrics metrics, ILogger log) : IAsyncDisposable
{
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Task)> _running = new(StringComparer.Ordinal);
    private Task _ended = Task.CompletedTask;

    /// <summary>Starts and stops until exactly these devices are followed.</summary>
    public void Follow(IEnumerable<string> devices)
    {
        HashSet<string> wanted = [.. devices];
        foreach (string device in _running.Keys.Except(wanted).ToArray())
        {
            _running.Remove(device, out (CancellationTokenSource Stop, Task Task) former);
            former.Stop.Cancel();
            former.Stop.Dispose();
            _ended = Task.WhenAll(_ended, former.Task);
        }
        foreach (string device in wanted)
        {
            if (!_running.ContainsKey(device) && DeviceId.TryCreate(device, out DeviceId id))
            {
                CancellationTokenSource stop = new();
                _running[device] = (stop, FollowAsync(id, stop.Token));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Follow([]);
        await _ended.ConfigureAwait(false);
    }

    // The source belongs to Follow alone: following may end by itself long before somebody asks for its end.
    private async Task FollowAsync(DeviceId device, CancellationToken stop)
    {
        try
        {
            await foreach (Rejection rejection in store.FollowAsync(device, capacity, stop).ConfigureAwait(false))
            {
                if (!session.Queue.Enqueue(new OutputMessage(OutputKind.Rejections, device.Value, RejectionJson.Write(rejection))))
                {
                    metrics.Dropped(OutputKind.Rejections);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody asks for them any more.
        }
        catch (GemelException failure)
        {
            MqttLog.RejectionsEnded(log, device.Value, failure);
        }
    }
}
