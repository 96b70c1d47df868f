using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Commits the last use of keys now and then, so that it outlives the process without a commit for each use.</summary>
internal sealed class KeyUseKeeper : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Grain = TimeSpan.FromHours(1);

    private readonly KeyStore _store;
    private readonly Func<Catalog> _catalog;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _running;

    public KeyUseKeeper(KeyStore store, Func<Catalog> catalog, TimeProvider clock, ILogger logger)
    {
        (_store, _catalog, _logger) = (store, catalog, logger);
        _timer = new PeriodicTimer(LookInterval, clock);
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _timer.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await KeepAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped by its owner.
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            foreach (KeyRecord key in _catalog().Keys.Values.Where(key => _store.LastUse(key).Ticks - key.LastUse.Ticks >= Grain.Ticks))
            {
                await _store.KeepUseAsync(key.Name, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (GemelException refused)
        {
            // A journal that cannot be written: it is told elsewhere, and the next round tries again.
            Log.KeyUseNotKept(_logger, refused.Message);
        }
    }
}
