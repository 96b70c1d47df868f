using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Gemel.Bench.Fleet;

namespace Gemel.Bench.Load;

/// <summary>Publishes stamped readings at a steady rate and measures how old they are when a client far side gets them.</summary>
/// <remarks>
/// A stamp is taken when its packet is handed to the socket, in turns of a millisecond: the loader's own lateness does not
/// count, a socket that cannot be written to does.
/// </remarks>
internal sealed class LatencyLoad(LatencyOrder order)
{
    private const string MarkerInPayload = "\"flow\":";
    private const string MarkerInEvent = "\"path\":\"flow\",\"v\":";
    private const int ReadBytes = 32 * 1024;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<double> _micros = [];
    private readonly TaskCompletionSource _allCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _came;
    private long _expected = long.MaxValue;
    private bool _isMeasuring;

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task listening = await ListenAsync(ending.Token).ConfigureAwait(false);
        MqttLink[] links = await Task.WhenAll(Enumerable.Range(0, order.Connections).Select(connection =>
            MqttLink.ConnectAsync(order.Server, $"bench-{connection}", order.Account.User, order.Account.Password, cancellationToken))).ConfigureAwait(false);
        long started = Stopwatch.GetTimestamp();
        long[] sent = await PublishAsync(links, started, cancellationToken).ConfigureAwait(false);
        Expect(sent.Sum());
        await Task.WhenAny(_allCame.Task, listening, Task.Delay(Patience, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        long ended = Stopwatch.GetTimestamp();
        await ending.CancelAsync().ConfigureAwait(false);
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (MqttLink link in links)
        {
            link.Dispose();
        }
        return new LoadResult(started, ended, sent, Refused: sent.Sum() - Interlocked.Read(ref _came), Percentiles.Of(_micros), Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private async Task<long[]> PublishAsync(MqttLink[] links, long started, CancellationToken cancellationToken)
    {
        long[] sent = new long[links.Length];
        byte[][] packets = [.. Enumerable.Range(0, Meters.Count).Select(StampedPacket)];
        ArrayBufferWriter<byte> chunk = new();
        using PeriodicTimer turns = new(Turn);
        long total = 0;
        double seconds = 0;
        while (seconds < order.WarmUpSeconds + order.Seconds && await turns.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Volatile.Write(ref _isMeasuring, seconds >= order.WarmUpSeconds);
            long due = (long)(seconds * order.MessagesPerSecond) - total;
            for (int connection = 0; connection < links.Length; connection++)
            {
                chunk.ResetWrittenCount();
                long share = ((total + due) / links.Length) - (total / links.Length);
                for (long message = 0; message < share; message++)
                {
                    int meter = (int)(((sent[connection]++ * links.Length) + connection) % Meters.Count);
                    WriteStamped(chunk, packets[meter]);
                }
                await links[connection].SendAsync(chunk.WrittenMemory, cancellationToken).ConfigureAwait(false);
            }
            total += due;
        }
        return sent;
    }

    // The stamp stands right before the closing brace.
    private static byte[] StampedPacket(int meter)
    {
        ArrayBufferWriter<byte> packet = new();
        string payload = $"{{\"pressure\":{Readings.Text(meter, 1, 0)},\"temperature\":{Readings.Text(meter, 2, 0)},{MarkerInPayload}{new string('0', StampReader.Digits)}}}";
        MqttPackets.WritePublish(packet, $"twins/{Meters.Id(meter)}/data", Encoding.UTF8.GetBytes(payload), qos: 0, identifier: 0);
        return packet.WrittenSpan.ToArray();
    }

    private static void WriteStamped(ArrayBufferWriter<byte> chunk, ReadOnlySpan<byte> packet)
    {
        Span<byte> copy = chunk.GetSpan(packet.Length)[..packet.Length];
        packet.CopyTo(copy);
        StampReader.Now().TryFormat(copy[^(StampReader.Digits + 1)..^1], out _);
        chunk.Advance(packet.Length);
    }

    private void Came(double micros)
    {
        if (Volatile.Read(ref _isMeasuring))
        {
            _micros.Add(micros);
        }
        if (Interlocked.Increment(ref _came) >= Interlocked.Read(ref _expected))
        {
            _allCame.TrySetResult();
        }
    }

    private void Expect(long messages)
    {
        Interlocked.Exchange(ref _expected, messages);
        if (Interlocked.Read(ref _came) >= messages)
        {
            _allCame.TrySetResult();
        }
    }

    /// <returns>A task that ends with the listening; what is awaited is that the server has begun to send.</returns>
    private async Task<Task> ListenAsync(CancellationToken cancellationToken)
    {
        if (order.Stream is { } stream)
        {
            Stream events = await OpenAsync(stream, cancellationToken).ConfigureAwait(false);
            return Task.Run(() => ReadEventsAsync(events, cancellationToken), cancellationToken);
        }
        MqttLink link = await MqttLink.ConnectAsync(order.Server, "bench-listener", order.Account.User, order.Account.Password, cancellationToken).ConfigureAwait(false);
        await link.SubscribeAsync("twins/+/data", cancellationToken).ConfigureAwait(false);
        return Task.Run(() => ReadPublishesAsync(link, cancellationToken), cancellationToken);
    }

    private async Task<Stream> OpenAsync(Uri stream, CancellationToken cancellationToken)
    {
        HttpClient client = new();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", order.Account.Password);
        return await client.GetStreamAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadEventsAsync(Stream events, CancellationToken cancellationToken)
    {
        StampReader reader = new(MarkerInEvent, Came);
        byte[] buffer = new byte[ReadBytes];
        while (await events.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            reader.Read(buffer.AsSpan(0, read));
        }
    }

    private async Task ReadPublishesAsync(MqttLink link, CancellationToken cancellationToken)
    {
        StampReader reader = new(MarkerInPayload, Came);
        while (true)
        {
            await link.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            while (link.TryRead(out _, out ReadOnlySpan<byte> body))
            {
                reader.Read(body);
            }
        }
    }
}
