using Gemel.Bench.Load;
using Gemel.Bench.Processes;

namespace Gemel.Bench.Servers;

/// <summary>A server under load, in a process of its own.</summary>
internal abstract class BenchServer(string name, ChildProcess process, Addresses addresses, Account account) : IAsyncDisposable
{
    public string Name { get; } = name;

    public Addresses Addresses { get; } = addresses;

    /// <summary>With which the loader connects.</summary>
    public Account Account { get; protected set; } = account;

    public ProcessUsage Usage() => process.Usage();

    /// <summary>Waits until everything that a load sent has arrived where it belongs.</summary>
    /// <returns>When it had, by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</returns>
    /// <exception cref="BenchException">Something sent was not taken.</exception>
    public abstract Task<long> WaitUntilTakenAsync(LoadResult load, CancellationToken cancellationToken);

    /// <summary>Runs a load and waits until everything of it is in.</summary>
    public async Task<Slice> TakeAsync(PublishOrder order, CancellationToken cancellationToken)
    {
        LoadResult load = await Loader.RunAsync(order, cancellationToken).ConfigureAwait(false);
        return new Slice(load, await WaitUntilTakenAsync(load, cancellationToken).ConfigureAwait(false));
    }

    public virtual ValueTask DisposeAsync() => process.DisposeAsync();
}
