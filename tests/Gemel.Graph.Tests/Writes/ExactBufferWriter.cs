using System.Buffers;

namespace Gemel.Graph.Tests.Writes;

/// <summary>Gives not a byte more than was asked for, so that a bound too low shows.</summary>
internal sealed class ExactBufferWriter : IBufferWriter<byte>
{
    private readonly MemoryStream _written = new();
    private byte[] _given = [];

    public ReadOnlySpan<byte> WrittenSpan => _written.ToArray();

    public void Advance(int count) => _written.Write(_given, 0, count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _given = new byte[sizeHint];

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
