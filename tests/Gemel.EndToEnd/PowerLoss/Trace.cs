using System.Buffers.Binary;
using System.Text;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>Reads what the layer wrote.</summary>
internal static class Trace
{
    private const uint Magic = 0x4c525750;
    private const int HeaderSize = 64;

    /// <summary>All whole entries; the last one may be cut off by a kill.</summary>
    public static IReadOnlyList<TraceEntry> Read(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        List<TraceEntry> entries = [];
        int at = 0;
        while (at + HeaderSize <= bytes.Length && TryRead(bytes, ref at, out TraceEntry entry))
        {
            entries.Add(entry);
        }
        return entries;
    }

    private static bool TryRead(byte[] bytes, ref int at, out TraceEntry entry)
    {
        ReadOnlySpan<byte> header = bytes.AsSpan(at, HeaderSize);
        Assert.Equal(Magic, BinaryPrimitives.ReadUInt32LittleEndian(header));
        int path = BinaryPrimitives.ReadInt32LittleEndian(header[52..]);
        int second = BinaryPrimitives.ReadInt32LittleEndian(header[56..]);
        int data = BinaryPrimitives.ReadInt32LittleEndian(header[60..]);
        entry = default;
        int start = at + HeaderSize;
        if (start + path + second + data > bytes.Length)
        {
            return false;
        }
        entry = new TraceEntry(
            (TraceKind)BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[40..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[48..]),
            Encoding.UTF8.GetString(bytes, start, path),
            Encoding.UTF8.GetString(bytes, start + path, second),
            bytes.AsMemory(start + path + second, data));
        at = start + path + second + data;
        return true;
    }
}
