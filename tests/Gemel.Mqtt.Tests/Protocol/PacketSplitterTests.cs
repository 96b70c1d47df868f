using System.Buffers;
using CsCheck;
using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt.Tests.Protocol;

public sealed class PacketSplitterTests
{
    [Fact]
    public void However_the_bytes_are_cut_into_segments_the_packets_are_the_same()
    {
        Gen<byte[]> body = Gen.Byte.Array[0, 300];
        Gen.Select(Gen.Byte, body).Array[0, 20].Select(Gen.Int[1, 64]).Sample((packets, segmentBytes) =>
        {
            byte[] bytes = [.. packets.SelectMany(packet => Hosting.RawPackets.Packet(packet.Item1, packet.Item2))];
            PacketSplitter splitter = new(Segments.Of(bytes, segmentBytes), 1000, new ArrayBufferWriter<byte>());
            foreach ((byte header, byte[] expected) in packets)
            {
                SplitResult result = splitter.TryNext(out byte found, out ReadOnlySpan<byte> content);
                if (result != SplitResult.Packet || found != header || !content.SequenceEqual(expected))
                {
                    return false;
                }
            }
            return splitter.TryNext(out _, out _) == SplitResult.Incomplete && splitter.Consumed == bytes.Length;
        });
    }

    [Fact]
    public void A_cut_packet_is_incomplete_at_every_length_and_consumes_nothing()
    {
        byte[] packet = Hosting.RawPackets.Packet(0x30, new byte[200]);
        for (int length = 0; length < packet.Length; length++)
        {
            PacketSplitter splitter = new(Segments.Of(packet[..length], 7), 1000, new ArrayBufferWriter<byte>());
            Assert.Equal(SplitResult.Incomplete, splitter.TryNext(out _, out _));
            Assert.Equal(0, splitter.Consumed);
        }
    }

    [Theory]
    [InlineData(97, SplitResult.Packet)]
    [InlineData(98, SplitResult.Packet)]
    [InlineData(99, SplitResult.TooLarge)]
    public void The_limit_counts_the_fixed_header(int bodyBytes, object expected)
    {
        PacketSplitter splitter = new(new ReadOnlySequence<byte>(Hosting.RawPackets.Packet(0x30, new byte[bodyBytes])), 100, new ArrayBufferWriter<byte>());
        Assert.Equal((SplitResult)expected, splitter.TryNext(out _, out _));
    }

    private sealed class Segments : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(byte[] bytes, int segmentBytes)
        {
            Segments first = new() { Memory = bytes.AsMemory(0, Math.Min(segmentBytes, bytes.Length)) };
            Segments last = first;
            for (int at = segmentBytes; at < bytes.Length; at += segmentBytes)
            {
                Segments next = new() { Memory = bytes.AsMemory(at, Math.Min(segmentBytes, bytes.Length - at)), RunningIndex = at };
                last.Next = next;
                last = next;
            }
            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
