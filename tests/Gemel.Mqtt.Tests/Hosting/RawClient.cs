using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Gemel.Mqtt.Tests.Hosting;

/// <summary>A socket that says what it likes.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public Socket Socket => socket;

    public async Task SendAsync(params byte[] bytes) => await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>The next whole packet; empty where the server closed the connection.</summary>
    public async Task<byte[]> ReceiveAsync()
    {
        try
        {
            byte[] start = new byte[2];
            if (await _stream.ReadAtLeastAsync(start, 2, throwOnEndOfStream: false, TestContext.Current.CancellationToken) < 2)
            {
                return [];
            }
            int length = start[1] & 0x7F;
            List<byte> packet = [.. start];
            for (int shift = 7; packet[^1] >= 0x80; shift += 7)
            {
                packet.Add(await ReadByteAsync());
                length |= (packet[^1] & 0x7F) << shift;
            }
            byte[] body = new byte[length];
            await _stream.ReadExactlyAsync(body, TestContext.Current.CancellationToken);
            return [.. packet, .. body];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Reads on until the server closes; the last DISCONNECT's reason, or null where there was none.</summary>
    public async Task<byte?> ReceiveEndAsync()
    {
        byte? reason = null;
        while (await ReceiveAsync() is { Length: > 0 } packet)
        {
            reason = packet[0] == 0xE0 ? RawPackets.BodyOf(packet)[0] : reason;
        }
        return reason;
    }

    public void Dispose() => _stream.Dispose();

    private async Task<byte> ReadByteAsync()
    {
        byte[] one = new byte[1];
        await _stream.ReadExactlyAsync(one, TestContext.Current.CancellationToken);
        return one[0];
    }
}

/// <summary>Packets as bytes.</summary>
internal static class RawPackets
{
    public static byte[] Connect(string user, string password, byte level, string clientId, ushort keepAlive = 0, bool isClean = true, ReadOnlySpan<byte> properties = default)
    {
        List<byte> body = [.. Text("MQTT"), level, (byte)(0xC0 | (isClean ? 2 : 0)), (byte)(keepAlive >> 8), (byte)keepAlive];
        if (level == 5)
        {
            body.Add((byte)properties.Length);
            body.AddRange(properties);
        }
        return Packet(0x10, [.. body, .. Text(clientId), .. Text(user), .. Text(password)]);
    }

    public static byte[] Publish(string topic, string payload, int qos, ushort packetId, byte level, bool isDuplicate = false) =>
        Publish(Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload), qos, packetId, level == 5 ? [] : null, isDuplicate);

    public static byte[] Publish(byte[] topic, byte[] payload, int qos, ushort packetId, byte[]? properties, bool isDuplicate = false)
    {
        List<byte> body = [(byte)(topic.Length >> 8), (byte)topic.Length, .. topic];
        if (qos > 0)
        {
            body.AddRange([(byte)(packetId >> 8), (byte)packetId]);
        }
        if (properties is not null)
        {
            body.AddRange([(byte)properties.Length, .. properties]);
        }
        return Packet((byte)(0x30 | (qos << 1) | (isDuplicate ? 8 : 0)), [.. body, .. payload]);
    }

    public static byte[] Packet(byte header, byte[] body)
    {
        List<byte> packet = [header];
        int rest = body.Length;
        do
        {
            packet.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            rest >>= 7;
        }
        while (rest > 0);
        return [.. packet, .. body];
    }

    public static ushort PacketIdOf(byte[] packet) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));

    /// <summary>What follows type and length.</summary>
    public static byte[] BodyOf(byte[] packet) => packet[(Array.FindIndex(packet, 1, one => one < 0x80) + 1)..];

    private static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [(byte)(utf8.Length >> 8), (byte)utf8.Length, .. utf8];
    }
}
