using System.Threading.Channels;
using Gemel.Server.Clients;

namespace Gemel.Server.Demo.Devices;

/// <summary>A simulated device: takes samples and publishes them one after the other with QoS 1, over a connection of its own.</summary>
/// <remarks>While the connection is away, samples wait in a buffer like a real device's; when it is full the oldest go, counted. The sample that was under way
/// when the connection ended is sent again first. Threading: <see cref="Offer"/> from one thread, <see cref="RunAsync"/> once.</remarks>
internal sealed class DeviceSimulator : IAsyncDisposable
{
    private const int BufferedSamples = 600;

    private readonly PlantDevice _device;
    private readonly IDeviceLink _link;
    private readonly BackOff _backOff;
    private readonly Channel<byte[]> _samples;
    private long _dropped;

    public DeviceSimulator(PlantDevice device, IDeviceLink link, TimeProvider clock)
    {
        _device = device;
        _link = link;
        _backOff = new BackOff(clock, new Random());
        _samples = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(BufferedSamples) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
    }

    public PlantDevice Device => _device;

    /// <summary>Samples that the buffer could not hold.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public long Taken { get; private set; }

    /// <summary>The server's words on the last message that it refused for good; null where it took all.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Hands over a payload; never waits.</summary>
    public void Offer(byte[] payload) => _samples.Writer.TryWrite(payload);

    /// <summary>Publishes until it is cancelled.</summary>
    /// <exception cref="GemelException">GMX002, the server refuses the credentials.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await foreach (byte[] payload in _samples.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            while (!await TryPublishAsync(payload, cancellationToken).ConfigureAwait(false))
            {
                await _backOff.WaitAsync(cancellationToken).ConfigureAwait(false);
                await _link.ConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            _backOff.Reset();
        }
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<bool> TryPublishAsync(byte[] payload, CancellationToken cancellationToken)
    {
        try
        {
            PublishOutcome outcome = await _link.PublishAsync(_device.Topic, payload, cancellationToken).ConfigureAwait(false);
            Taken += outcome.Kind == PublishOutcomeKind.Taken ? 1 : 0;
            LastRefusal = outcome.Kind == PublishOutcomeKind.Refused ? outcome.Reason : LastRefusal;
            return outcome.Kind != PublishOutcomeKind.TryLater;
        }
        catch (LinkLostException)
        {
            return false;
        }
    }
}
