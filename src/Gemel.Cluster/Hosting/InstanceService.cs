using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Recovers the instance behind the open doors, which answer "starting" meanwhile, and stops it after they have closed.</summary>
internal sealed class InstanceService(Instance instance, InstanceStart start, IHostApplicationLifetime lifetime, ILogger<InstanceService> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _starting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _starting = Task.Run(StartInstanceAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _starting.ConfigureAwait(false);
        await instance.DisposeAsync().ConfigureAwait(false);
    }

    // Not when stopping: a host may be stopped by a signal and then again by its owner.
    public void Dispose() => _stop.Dispose();

    private async Task StartInstanceAsync()
    {
        try
        {
            await instance.StartAsync(_stop.Token).ConfigureAwait(false);
            start.Succeed();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nothing was taken, so nothing is to be kept.
            start.Fail(new OperationCanceledException("The instance was stopped before it was ready."));
        }
        catch (Exception fault)
        {
            Log.StartFailed(logger, fault);
            start.Fail(fault);
            lifetime.StopApplication();
        }
    }
}
