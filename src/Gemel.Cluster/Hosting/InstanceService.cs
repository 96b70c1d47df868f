using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Recovers the instance behind the open doors, which answer "starting" meanwhile, and stops it after they have closed.</summary>
internal sealed class InstanceService(Instance instance, StartFailure failure, IHostApplicationLifetime lifetime, ILogger<InstanceService> logger) : IHostedService
{
    private readonly CancellationTokenSource _stop = new();
    private Task _starting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _starting = Task.Run(Start, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _starting.ConfigureAwait(false);
        await instance.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Start()
    {
        try
        {
            instance.Start(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped before it was ready: nothing was taken, so nothing is to be kept.
        }
        catch (Exception fault)
        {
            Log.StartFailed(logger, fault);
            failure.Exception = fault;
            lifetime.StopApplication();
        }
    }
}

/// <summary>Why the instance could not start; the program ends with it.</summary>
public sealed class StartFailure
{
    public Exception? Exception { get; set; }
}
