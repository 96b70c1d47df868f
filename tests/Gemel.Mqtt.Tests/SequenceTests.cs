using System.Net.Sockets;
using CsCheck;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Tests.Hosting;

namespace Gemel.Mqtt.Tests;

/// <summary>Sequences of packets that are each well-formed, or nearly: none ends the door, or another's connection, or leaves anything behind
/// (attacks 21, 23, 25).</summary>
public sealed class SequenceTests
{
    private const int Sequences = 150;

    private static readonly Gen<ushort> PacketId = Gen.Int[0, 3].Select(id => (ushort)id);

    private static readonly Gen<string> Topic = Gen.Int[0, 6].Select(i => new[] { "twins/P1/data", "twins/P2/data", "devices/P1/data", "$SYS/x", "twins/+/data", "", "twins/P1/data\u0000" }[i]);

    private static readonly Gen<byte[]> Properties = Gen.Int[0, 6].Select(i => new byte[][]
    {
        [], [0x23, 0, 1], [0x23, 0, 0], [0x23, 0xFF, 0xFF], [0x01, 1], [0x26, 0, 1, (byte)'a', 0, 1, (byte)'b'], [0x0B, 1],
    }[i]);

    // Publishes of every QoS, duplicates, releases and acknowledgements of anything, subscriptions, pings, a second CONNECT, AUTH, DISCONNECT, noise.
    private static readonly Gen<byte[]> Packet = Gen.Select(Gen.Int[0, 15], PacketId, Topic, Properties, Gen.Int[0, 3], Gen.Byte.Array[0, 20]).Select((kind, id, topic, properties, qos, noise) => kind switch
    {
        0 or 1 or 2 or 3 => RawPackets.Publish(System.Text.Encoding.UTF8.GetBytes(topic), noise, qos, id, properties, isDuplicate: noise.Length % 2 == 1),
        4 or 5 => RawPackets.Packet(0x62, [(byte)(id >> 8), (byte)id]),
        6 => RawPackets.Packet(0x40, [(byte)(id >> 8), (byte)id]),
        7 => RawPackets.Packet(0x50, [(byte)(id >> 8), (byte)id]),
        8 => RawPackets.Packet(0x70, [(byte)(id >> 8), (byte)id]),
        9 => Subscription(0x82, id, topic, [(byte)qos]),
        10 => Subscription(0xA2, id, topic, []),
        11 => [0xC0, 0],
        12 => RawPackets.Connect("P1", "P1-secret", 5, "again"),
        13 => RawPackets.Packet(0xF0, noise),
        14 => RawPackets.Packet(0xE0, [0x04]),
        _ => noise,
    });

    [Fact]
    public async Task No_sequence_of_packets_harms_another_connection_or_stays_behind()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Bind("P9", null, "P9");
        using RawClient other = await door.OpenSocketAsync("P9", 5);
        List<byte[][]> sequences = [];
        Gen<byte[][]> sequence = Packet.Array[1, 30];
        sequence.Sample(sequences.Add, iter: Sequences, threads: 1);
        ushort next = 0;
        foreach (byte[][] packets in sequences)
        {
            using RawClient hostile = await door.OpenSocketAsync("P1", 5, $"h{next % 5}");
            await SendAllAsync(hostile, packets);
            await other.SendAsync(RawPackets.Publish("twins/P9/data", "1", 1, ++next, 5));
            byte[] answer = await other.ReceiveAsync();
            Assert.True(answer is [0x40, ..] && RawPackets.PacketIdOf(answer) == next, $"{Convert.ToHexString(answer)} after {string.Join(' ', packets.Select(Convert.ToHexString))}");
        }
        await door.Connections(1);
        Assert.Equal((0, 0), (door.Service<HalfOpenLimit>().Count, door.Service<HalfOpenLimit>().Addresses));
    }

    private static byte[] Subscription(byte header, ushort id, string topic, byte[] options)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(topic);
        return RawPackets.Packet(header, [(byte)(id >> 8), (byte)id, 0, 0, (byte)text.Length, .. text, .. options]);
    }

    private static async Task SendAllAsync(RawClient client, byte[][] packets)
    {
        try
        {
            foreach (byte[] packet in packets)
            {
                await client.SendAsync(packet);
            }
            client.Socket.Shutdown(SocketShutdown.Send);
            while (await client.ReceiveAsync() is { Length: > 0 })
            {
            }
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            // The server has ended it, as it should.
        }
    }
}
