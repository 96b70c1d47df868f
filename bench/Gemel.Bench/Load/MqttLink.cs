using System.Net;
using System.Net.Sockets;

namespace Gemel.Bench.Load;

/// <summary>One MQTT connection over a bare socket. One caller at a time.</summary>
internal sealed class MqttLink : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _begin;
    private int _end;

    public static async Task<MqttLink> ConnectAsync(IPEndPoint server, string clientId, string user, string password, CancellationToken cancellationToken)
    {
        MqttLink link = new();
        await link._socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await link.SendAsync(MqttPackets.Connect(clientId, user, password), cancellationToken).ConfigureAwait(false);
        await link.ExpectAsync(MqttPackets.ConnAck, cancellationToken).ConfigureAwait(false);
        return link;
    }

    public async Task SubscribeAsync(string filter, CancellationToken cancellationToken)
    {
        await SendAsync(MqttPackets.Subscribe(filter), cancellationToken).ConfigureAwait(false);
        await ExpectAsync(MqttPackets.SubAck, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> packets, CancellationToken cancellationToken)
    {
        while (!packets.IsEmpty)
        {
            packets = packets[await _socket.SendAsync(packets, cancellationToken).ConfigureAwait(false)..];
        }
    }

    /// <summary>Waits until bytes have come that <see cref="TryRead"/> has not seen.</summary>
    public async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_begin > 0)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            (_begin, _end) = (0, _end - _begin);
        }
        int received = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        if (received == 0)
        {
            throw new IOException("The server closed the connection.");
        }
        _end += received;
    }

    /// <summary>Takes the next packet that has come whole.</summary>
    /// <param name="type">The upper four bits of its first byte.</param>
    /// <param name="body">What follows the remaining length; valid until the next <see cref="ReceiveAsync"/>.</param>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = default;
        int length = 0;
        for (int shift = 0, at = _begin + 1; at < _end; shift += 7, at++)
        {
            length |= (_buffer[at] & 127) << shift;
            if (_buffer[at] >= 128)
            {
                continue;
            }
            if (at + 1 + length > _end)
            {
                return false;
            }
            type = (byte)(_buffer[_begin] >> 4);
            body = _buffer.AsSpan(at + 1, length);
            _begin = at + 1 + length;
            return true;
        }
        return false;
    }

    public void Dispose() => _socket.Dispose();

    // [MQTT 5.0, 3.2.2.2 and 3.9.3] Reason codes from 0x80 are refusals.
    private async Task ExpectAsync(byte expected, CancellationToken cancellationToken)
    {
        byte type;
        byte reason;
        while (!TryReadReply(out type, out reason))
        {
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        if (type != expected || reason >= 0x80)
        {
            throw new IOException($"The server answered with packet type {type}, reason 0x{reason:X2}; packet type {expected} was expected.");
        }
    }

    private bool TryReadReply(out byte type, out byte reason)
    {
        bool hasCome = TryRead(out type, out ReadOnlySpan<byte> body);
        reason = !hasCome ? (byte)0 : type == MqttPackets.ConnAck ? body[1] : body[^1];
        return hasCome;
    }
}
