using System.Buffers;
using System.Text;
using Gemel.Bench.Fleet;

namespace Gemel.Bench.Load;

/// <summary>All messages of one connection as MQTT 5 PUBLISH packets, end to end in one array, so that sending costs a copy and no thought.</summary>
/// <remarks>At QoS 1 a packet's identifier is its number in the book, from 1.</remarks>
internal sealed class PublishBook
{
    private readonly byte[] _bytes;
    private readonly int[] _starts;
    private int _next;

    public PublishBook(Workload workload, int connection, int qos)
    {
        int packets = workload.Positions * workload.Variants;
        if (qos > 0 && packets > ushort.MaxValue)
        {
            throw new ArgumentException($"{packets} packets are more than there are packet identifiers.", nameof(workload));
        }
        ArrayBufferWriter<byte> bytes = new();
        _starts = new int[packets + 1];
        for (int packet = 0; packet < packets; packet++)
        {
            _starts[packet] = bytes.WrittenCount;
            int position = workload.PositionOf(packet);
            byte[] payload = Encoding.UTF8.GetBytes(workload.Payload(connection, position, workload.VariantOf(packet)));
            MqttPackets.WritePublish(bytes, workload.Topic(connection, position), payload, qos, (ushort)(packet + 1));
        }
        _starts[packets] = bytes.WrittenCount;
        _bytes = bytes.WrittenSpan.ToArray();
    }

    /// <summary>The next packets as one piece of memory.</summary>
    /// <returns>How many: at most <paramref name="count"/>, fewer at the end of the book and where they exceed <paramref name="maxBytes"/>, at least one.</returns>
    public int Take(int count, int maxBytes, out ReadOnlyMemory<byte> packets)
    {
        int begin = _next;
        int end = begin + 1;
        while (end < _starts.Length - 1 && end - begin < count && _starts[end + 1] - _starts[begin] <= maxBytes)
        {
            end++;
        }
        packets = _bytes.AsMemory(_starts[begin], _starts[end] - _starts[begin]);
        _next = end == _starts.Length - 1 ? 0 : end;
        return end - begin;
    }
}
