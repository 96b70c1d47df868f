using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Says whether there is room for device data; the rest of the disk is kept for what has to go on: commands, deletions, checkpoints, the way out of a full disk.</summary>
/// <remarks>Looks every second. Once it refuses, it takes again only when a tenth of the reserve is free beyond it, so that the two do not alternate with every file.
/// Where the file system says nothing, what it said last holds.</remarks>
internal sealed class DiskReserve : IDisposable
{
    private const int Slack = 10;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly ReservedSpace _reserve;
    private readonly IDiskSpace _disk;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private GemelException? _refusal;
    private long _free;

    public DiskReserve(string folder, ReservedSpace reserve, IDiskSpace disk, TimeProvider clock, ILogger logger)
    {
        (_folder, _reserve, _disk, _logger) = (folder, reserve, disk, logger);
        Look();
        _timer = clock.CreateTimer(_ => Look(), null, LookInterval, LookInterval);
    }

    /// <summary>Why device data is refused; null while it is taken.</summary>
    public GemelException? Refusal => Volatile.Read(ref _refusal);

    /// <summary>Bytes that were free when it looked last.</summary>
    public long Free => Interlocked.Read(ref _free);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        DiskSpace space;
        try
        {
            space = _disk.Read(_folder);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return;
        }
        Interlocked.Exchange(ref _free, space.Free);
        if (!_reserve.IsNone)
        {
            Decide(space);
        }
    }

    private void Decide(DiskSpace space)
    {
        long reserve = _reserve.Of(space.Total);
        if (Refusal is null && space.Free < reserve)
        {
            GemelException refusal = new(ClusterErrors.DiskReserved.With(_folder, Megabytes(space.Free), Megabytes(reserve), _reserve));
            Volatile.Write(ref _refusal, refusal);
            Log.IngestRefused(_logger, refusal.Message);
        }
        else if (Refusal is not null && space.Free >= reserve + (reserve / Slack))
        {
            Volatile.Write(ref _refusal, null);
            Log.IngestResumed(_logger, Megabytes(space.Free));
        }
    }

    private static string Megabytes(long bytes) => (bytes / 1_000_000.0).ToString("F1", CultureInfo.InvariantCulture);
}
