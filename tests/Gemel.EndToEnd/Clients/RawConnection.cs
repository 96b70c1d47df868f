using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gemel.EndToEnd.Clients;

/// <summary>A TCP connection to the MQTT door, for bytes that no client library would send.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(IPEndPoint server, int receiveBuffer = 0)
    {
        RawConnection connection = new();
        if (receiveBuffer > 0)
        {
            connection._socket.ReceiveBufferSize = receiveBuffer;
        }
        await connection._socket.ConnectAsync(server, TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Connects as a device with MQTT 5 and reads the CONNACK, which must say success.</summary>
    public static async Task<RawConnection> ConnectAsync(IPEndPoint server, string device, string secret, int receiveBuffer = 0)
    {
        RawConnection connection = await OpenAsync(server, receiveBuffer);
        await connection.SendAsync(Connect(device, secret));
        byte[] head = await connection.ReceiveAsync(2);
        byte[] body = await connection.ReceiveAsync(head[1]);
        Assert.Equal((0x20, 0), (head[0], body[1]));
        return connection;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
        }
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] bytes = new byte[count];
        int read = 0;
        while (read < count)
        {
            int more = await _socket.ReceiveAsync(bytes.AsMemory(read), TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System);
            Assert.True(more > 0, $"The server closed the connection after {read} of {count} bytes.");
            read += more;
        }
        return bytes;
    }

    /// <summary>Reads what comes until the server closes the connection.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        byte[] buffer = new byte[4096];
        using MemoryStream all = new();
        try
        {
            int read;
            while ((read = await _socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System)) > 0)
            {
                all.Write(buffer, 0, read);
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes unread: an end like any other.
        }
        return all.ToArray();
    }

    /// <summary>Ends without a farewell.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>A CONNECT of MQTT 5 (section 3.1) with user and password.</summary>
    public static byte[] Connect(string user, string password)
    {
        byte[] body = [.. Text("MQTT"), 5, 0b1100_0010, 0, 60, 0, .. Text($"raw-{user}"), .. Text(user), .. Text(password)];
        return Packet(0x10, body);
    }

    /// <summary>A PUBLISH of MQTT 5 with QoS 1.</summary>
    public static byte[] Publish(string topic, ushort packetId, byte[] payload) =>
        Packet(0x32, [.. Text(topic), (byte)(packetId >> 8), (byte)packetId, 0, .. payload]);

    /// <summary>A SUBSCRIBE of MQTT 5 to one filter with QoS 0.</summary>
    public static byte[] Subscribe(string filter) => Packet(0x82, [0, 1, 0, .. Text(filter), 0]);

    public static byte[] Packet(byte header, byte[] body) => [header, .. VariableLength(body.Length), .. body];

    public static byte[] VariableLength(int length)
    {
        List<byte> bytes = [];
        do
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return [.. bytes];
    }

    private static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [(byte)(utf8.Length >> 8), (byte)utf8.Length, .. utf8];
    }
}
