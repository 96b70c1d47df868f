using System.Buffers;
using System.IO.Pipelines;

namespace Gemel.Cluster;

/// <summary>Reads a stream line by line; empty lines are passed over.</summary>
/// <param name="content">Not owned.</param>
internal sealed class LineReader(Stream content) : IAsyncDisposable
{
    private const byte LineFeed = (byte)'\n';

    private readonly PipeReader _pipe = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));

    /// <summary>Of the line returned last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Bytes of all lines returned, ends of lines included.</summary>
    public long Bytes { get; private set; }

    /// <returns>The line without its end, in an array of its own; null after the last.</returns>
    /// <exception cref="GemelException">GMC055, the line is too long.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await _pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            byte[]? line = Take(read, out bool isWhole);
            if (isWhole && line is not { Length: 0 })
            {
                return line;
            }
            if (!isWhole && read.Buffer.Length > BulkFormat.MostLineBytes)
            {
                throw new GemelException(ClusterErrors.ImportLineTooLong.With(Number + 1, BulkFormat.MostLineBytes));
            }
        }
    }

    public ValueTask DisposeAsync() => _pipe.CompleteAsync();

    private byte[]? Take(ReadResult read, out bool isWhole)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        SequencePosition? end = buffer.PositionOf(LineFeed);
        isWhole = end is not null || read.IsCompleted;
        if (!isWhole)
        {
            _pipe.AdvanceTo(buffer.Start, buffer.End);
            return null;
        }
        ReadOnlySequence<byte> line = end is { } at ? buffer.Slice(0, at) : buffer;
        SequencePosition next = end is { } feed ? buffer.GetPosition(1, feed) : buffer.End;
        bool isEnd = end is null && line.IsEmpty;
        Bytes += buffer.Slice(0, next).Length;
        byte[]? content = isEnd ? null : Trim(line.ToArray());
        _pipe.AdvanceTo(next);
        Number += isEnd ? 0 : 1;
        return content;
    }

    private static byte[] Trim(byte[] line)
    {
        ReadOnlySpan<byte> trimmed = line.AsSpan().Trim(" \t\r"u8);
        return trimmed.Length == line.Length ? line : trimmed.ToArray();
    }
}
