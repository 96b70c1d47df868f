using System.Buffers;

namespace Gemel.Journal;

internal enum CursorStep
{
    /// <summary><see cref="SegmentCursor.Record"/> is the next record, checked.</summary>
    Record,

    /// <summary>All bytes up to the end were read.</summary>
    End,

    /// <summary>No whole record begins at <see cref="SegmentCursor.Offset"/>; <see cref="SegmentCursor.Problem"/> says why.</summary>
    Damaged,

    /// <summary>The next record is not in the buffer whole, and the buffer may not move.</summary>
    NotBuffered,
}

/// <summary>Reads the records of one journal file in order through a buffer that reads ahead, up to a given end.</summary>
internal sealed class SegmentCursor(IJournalFile file, long end) : IDisposable
{
    private const int ReadAhead = 256 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ReadAhead);
    private int _at;
    private int _filled;
    private long _end = end;

    /// <summary>Where the next record begins in the file.</summary>
    public long Offset { get; private set; } = SegmentHeader.Size;

    /// <summary>Header and payload of the record last read; valid until a step that may move the buffer.</summary>
    public ReadOnlyMemory<byte> Record { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>Allows reading up to a later end; the bytes before it are durable.</summary>
    public void Extend(long end) => _end = end;

    /// <summary>Reads and checks one record.</summary>
    /// <param name="previous">Hash of the record before; null where it is not known.</param>
    /// <param name="mayMove">False keeps the records read before valid, and stops at the buffer's end.</param>
    public CursorStep Step(long expectedCommit, RecordHash? previous, bool mayMove = true)
    {
        CursorStep step = Frame(mayMove, out int length);
        if (step != CursorStep.Record)
        {
            return step;
        }
        if (_filled - _at < length)
        {
            if (!mayMove)
            {
                return CursorStep.NotBuffered;
            }
            Fill(length);
        }
        Record = _buffer.AsMemory(_at, length);
        Problem = RecordFormat.Check(Record.Span, expectedCommit, previous);
        if (Problem is not null)
        {
            return CursorStep.Damaged;
        }
        Advance(length);
        return CursorStep.Record;
    }

    /// <summary>Passes over records, looking at their headers only, from <paramref name="next"/> up to before <paramref name="commit"/>.</summary>
    public CursorStep SkipTo(long next, long commit)
    {
        for (; next < commit; next++)
        {
            CursorStep step = Frame(mayMove: true, out int length);
            if (step != CursorStep.Record)
            {
                return step;
            }
            long found = RecordFormat.ReadCommit(_buffer.AsSpan(_at));
            if (found != next)
            {
                Problem = $"commit {found} stands where commit {next} belongs";
                return CursorStep.Damaged;
            }
            Advance(length);
        }
        return CursorStep.Record;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        file.Dispose();
    }

    private CursorStep Frame(bool mayMove, out int length)
    {
        length = 0;
        long available = _end - Offset;
        if (available == 0)
        {
            return CursorStep.End;
        }
        if (available < RecordFormat.HeaderSize)
        {
            Problem = $"{available} bytes remain, a record's header has {RecordFormat.HeaderSize}";
            return CursorStep.Damaged;
        }
        if (_filled - _at < RecordFormat.HeaderSize)
        {
            if (!mayMove)
            {
                return CursorStep.NotBuffered;
            }
            Fill(RecordFormat.HeaderSize);
        }
        Problem = RecordFormat.ReadLength(_buffer.AsSpan(_at), available, out length);
        return Problem is null ? CursorStep.Record : CursorStep.Damaged;
    }

    private void Advance(int length)
    {
        Offset += length;
        if (_filled - _at >= length)
        {
            _at += length;
        }
        else
        {
            (_at, _filled) = (0, 0);
        }
    }

    /// <summary>Reads until at least <paramref name="needed"/> bytes, which lie before the end, follow the position.</summary>
    private void Fill(int needed)
    {
        int kept = _filled - _at;
        byte[] target = needed <= _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(needed);
        _buffer.AsSpan(_at, kept).CopyTo(target);
        if (target != _buffer)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }
        int wanted = (int)Math.Min(_buffer.Length - kept, _end - Offset - kept);
        int read = file.Read(_buffer.AsSpan(kept, wanted), Offset + kept);
        (_at, _filled) = (0, kept + read);
        if (_filled < needed)
        {
            throw new IOException($"The file ended at byte {Offset + _filled} while {_end} were expected.");
        }
    }
}
