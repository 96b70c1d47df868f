using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gemel.Bench.Fleet;

namespace Gemel.Bench.Load;

/// <summary>Reads meters over keep-alive connections, one request at a time on each, requests encoded before.</summary>
internal sealed class GetLoad(GetOrder order)
{
    private const int RequestsPerConnection = 1000;
    private const int BufferBytes = 64 * 1024;

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        Random random = new(order.Connections);
        byte[][][] requests = [.. Enumerable.Range(0, order.Connections).Select(_ => Requests(random))];
        Socket[] sockets = await Task.WhenAll(requests.Select(_ => ConnectAsync(cancellationToken))).ConfigureAwait(false);
        long started = Stopwatch.GetTimestamp();
        long[] answered = await Task.WhenAll(sockets.Select((socket, connection) => Task.Run(() => RunAsync(socket, requests[connection], started, cancellationToken)))).ConfigureAwait(false);
        long ended = Stopwatch.GetTimestamp();
        foreach (Socket socket in sockets)
        {
            socket.Dispose();
        }
        return new LoadResult(started, ended, answered, Refused: 0, LatencyMicros: null, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private byte[][] Requests(Random random)
    {
        return [.. Enumerable.Range(0, RequestsPerConnection).Select(_ => Encoding.ASCII.GetBytes(
            $"GET /digitaltwins/{Meters.Id(random.Next(Meters.Count))} HTTP/1.1\r\nHost: {order.Server.Authority}\r\nAuthorization: Bearer {order.Key}\r\n\r\n"))];
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(order.Server.Host), order.Server.Port), cancellationToken).ConfigureAwait(false);
        return socket;
    }

    private async Task<long> RunAsync(Socket socket, byte[][] requests, long started, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        long answered = 0;
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < order.Seconds)
        {
            await socket.SendAsync(requests[answered % requests.Length], cancellationToken).ConfigureAwait(false);
            int received = 0;
            while (!IsWhole(buffer.AsSpan(0, received)))
            {
                int read = await socket.ReceiveAsync(buffer.AsMemory(received), cancellationToken).ConfigureAwait(false);
                received += read > 0 ? read : throw new IOException("The server closed the connection.");
            }
            answered++;
        }
        return answered;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int headEnd = answer.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return false;
        }
        ReadOnlySpan<byte> head = answer[..headEnd];
        int length = head.IndexOf("\r\nContent-Length: "u8);
        if (!head.StartsWith("HTTP/1.1 200"u8) || length < 0)
        {
            throw new IOException($"The server answered: {Encoding.ASCII.GetString(head)}");
        }
        _ = Utf8Parser.TryParse(head[(length + "\r\nContent-Length: ".Length)..], out int bodyBytes, out _);
        return answer.Length >= headEnd + 4 + bodyBytes;
    }
}
