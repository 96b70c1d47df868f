using System.Diagnostics;
using Gemel.Bench.Fleet;

namespace Gemel.Bench.Load;

/// <summary>Publishes as fast as the server takes it.</summary>
/// <remarks>Each connection ends with a PINGREQ: servers answer it after all that came before, so at its answer everything has been read.</remarks>
internal sealed class PublishLoad(PublishOrder order)
{
    private const int ChunkBytes = 64 * 1024;

    // A window is refilled in quarters, so that one write carries several packets.
    private const int RefillsPerWindow = 4;

    private long _refused;

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        Workload workload = Workload.Create(order.Workload, order.Connections);
        PublishBook[] books = [.. Enumerable.Range(0, workload.Connections).Select(connection => new PublishBook(workload, connection, order.QoS))];
        MqttLink[] links = await Task.WhenAll(Enumerable.Range(0, workload.Connections).Select(connection =>
            MqttLink.ConnectAsync(order.Server, $"bench-{connection}", order.Account.User, order.Account.Password, cancellationToken))).ConfigureAwait(false);
        long started = Stopwatch.GetTimestamp();
        long[] sent = await Task.WhenAll(links.Select((link, connection) => Task.Run(() => RunAsync(link, books[connection], started, cancellationToken)))).ConfigureAwait(false);
        long ended = Stopwatch.GetTimestamp();
        foreach (MqttLink link in links)
        {
            link.Dispose();
        }
        return new LoadResult(started, ended, sent, _refused, LatencyMicros: null, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private async Task<long> RunAsync(MqttLink link, PublishBook book, long started, CancellationToken cancellationToken)
    {
        long sent = order.QoS == 0
            ? await SendAsync(link, book, started, cancellationToken).ConfigureAwait(false)
            : await SendInWindowAsync(link, book, started, cancellationToken).ConfigureAwait(false);
        await link.SendAsync(MqttPackets.PingReq, cancellationToken).ConfigureAwait(false);
        while (!CountReplies(link).HasPong)
        {
            await link.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        return sent;
    }

    private async Task<long> SendAsync(MqttLink link, PublishBook book, long started, CancellationToken cancellationToken)
    {
        long sent = 0;
        while (IsTime(started))
        {
            sent += book.Take(int.MaxValue, ChunkBytes, out ReadOnlyMemory<byte> packets);
            await link.SendAsync(packets, cancellationToken).ConfigureAwait(false);
        }
        return sent;
    }

    private async Task<long> SendInWindowAsync(MqttLink link, PublishBook book, long started, CancellationToken cancellationToken)
    {
        int refill = Math.Max(1, order.Window / RefillsPerWindow);
        long sent = 0;
        long acknowledged = 0;
        while (IsTime(started) || acknowledged < sent)
        {
            while (IsTime(started) && sent - acknowledged + refill <= order.Window)
            {
                sent += book.Take(refill, int.MaxValue, out ReadOnlyMemory<byte> packets);
                await link.SendAsync(packets, cancellationToken).ConfigureAwait(false);
            }
            if (acknowledged < sent)
            {
                await link.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                acknowledged += CountReplies(link).Acknowledged;
            }
        }
        return sent;
    }

    private bool IsTime(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds;

    // [MQTT 5.0, 3.4.2] A PUBACK of two bytes means success; longer ones carry a reason or say that part was not taken.
    private (int Acknowledged, bool HasPong) CountReplies(MqttLink link)
    {
        int acknowledged = 0;
        bool hasPong = false;
        while (link.TryRead(out byte type, out ReadOnlySpan<byte> body))
        {
            switch (type)
            {
                case MqttPackets.PubAck:
                    acknowledged++;
                    if (body.Length > 3 || (body.Length == 3 && body[2] >= 0x80))
                    {
                        Interlocked.Increment(ref _refused);
                    }
                    break;
                case MqttPackets.PingResp:
                    hasPong = true;
                    break;
                case MqttPackets.Disconnect:
                    throw new IOException($"The server ended the connection with reason 0x{(body.IsEmpty ? 0 : body[0]):X2}.");
                default:
                    throw new IOException($"The server sent a packet of type {type}, which nobody asked for.");
            }
        }
        return (acknowledged, hasPong);
    }
}
