using System.Buffers;

namespace Gemel.Query.Execution;

/// <summary>Bytes that one operand of one row needs while it is looked at.</summary>
internal sealed class Scratch
{
    private byte[] _bytes = new byte[512];

    /// <summary>For JSON that is made for the row.</summary>
    public ArrayBufferWriter<byte> Json { get; } = new();

    /// <summary>At least that many bytes; what was there before is gone.</summary>
    public Span<byte> Bytes(int length)
    {
        if (_bytes.Length < length)
        {
            _bytes = new byte[Math.Max(length, _bytes.Length * 2)];
        }
        return _bytes;
    }
}
