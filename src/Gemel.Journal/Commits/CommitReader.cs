namespace Gemel.Journal;

/// <summary>Reads durable commits in order: from memory near the head, else from the files, checking checksum and chain.</summary>
/// <remarks>
/// Never sees a commit that is not durable. Ownership: the records of one batch, and the list, are valid until the next call
/// or disposal. Threading: one caller at a time; any number of readers beside the committer.
/// </remarks>
public sealed class CommitReader : IDisposable
{
    private readonly CommitLog _log;
    private readonly IJournalFiles _files;
    private readonly RecordTail _tail;
    private readonly List<CommitRecord> _batch = [];
    private readonly List<RecordBuffer> _held = [];
    private RecordHash? _previous;
    private SegmentCursor? _cursor;
    private Segment? _segment;

    internal CommitReader(CommitLog log, IJournalFiles files, RecordTail tail, long commit, RecordHash? previous) =>
        (_log, _files, _tail, Next, _previous) = (log, files, tail, commit, previous);

    /// <summary>The commit that the next read begins with.</summary>
    public long Next { get; private set; }

    /// <summary>Reads one commit; false at the head.</summary>
    /// <inheritdoc cref="ReadBatch"/>
    public bool TryRead(out CommitRecord record)
    {
        IReadOnlyList<CommitRecord> batch = ReadBatch(maxRecords: 1, maxBytes: long.MaxValue);
        record = batch.Count == 0 ? default : batch[0];
        return batch.Count > 0;
    }

    /// <summary>Reads the commits at hand, at least one unless at the head.</summary>
    /// <param name="maxBytes">Of records; the first one is given even if it is larger.</param>
    /// <returns>In order; empty at the head.</returns>
    /// <exception cref="GemelException">GMJ010 and GMJ011, damage; GMJ024, the disk refused; GMJ030, the journal was trimmed beyond
    /// <see cref="Next"/>; GMJ032, the records do not follow the one the reader was begun with.</exception>
    public IReadOnlyList<CommitRecord> ReadBatch(int maxRecords = 1024, long maxBytes = 1 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        Release();
        long last = _log.Last;
        if (Next > last)
        {
            return _batch;
        }
        if (_tail.TryTake(Next, last, maxRecords, maxBytes, _held))
        {
            TakeHeld();
            return _batch;
        }
        try
        {
            ReadFile(last, maxRecords, maxBytes);
            return _batch;
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            string path = _segment?.Path ?? "the journal";
            CloseFile();
            _log.ThrowIfTrimmed(Next);
            throw new GemelException(JournalErrors.Unreadable.With(path, failure.Message), failure);
        }
    }

    /// <summary>Completes once <see cref="Next"/> can be read.</summary>
    /// <exception cref="ObjectDisposedException">The log was closed before.</exception>
    public Task WaitAsync(CancellationToken cancellationToken) => _log.WaitAsync(Next, cancellationToken);

    public void Dispose()
    {
        Release();
        CloseFile();
    }

    private void TakeHeld()
    {
        CloseFile();
        if (_previous is { } expected && RecordFormat.ReadPrevious(_held[0].Bytes) is var found && found != expected)
        {
            throw new GemelException(JournalErrors.ChainForked.With(Next - 1, "the journal", found, expected));
        }
        foreach (RecordBuffer record in _held)
        {
            _batch.Add(record.Record);
        }
        Next += _held.Count;
        _previous = _held[^1].Hash;
    }

    private void ReadFile(long last, int maxRecords, long maxBytes)
    {
        SegmentCursor cursor = OpenFile();
        long bytes = 0;
        while (_batch.Count < maxRecords && Next <= last && (bytes == 0 || bytes < maxBytes))
        {
            CursorStep step = cursor.Step(Next, _previous, mayMove: _batch.Count == 0);
            if (step == CursorStep.Damaged && _batch.Count == 0)
            {
                ThrowDamage(cursor);
            }
            if (step != CursorStep.Record)
            {
                break;
            }
            Take(cursor.Record);
            bytes += cursor.Record.Length;
        }
        if (_batch.Count == 0)
        {
            throw new GemelException(JournalErrors.SegmentDamaged.With(_segment!.Path, $"it ends before commit {Next}"));
        }
    }

    private void Take(ReadOnlyMemory<byte> record)
    {
        RecordHash hash = RecordHash.Of(record.Span);
        _batch.Add(new CommitRecord(Next, RecordFormat.ReadTime(record.Span), hash, record[RecordFormat.HeaderSize..]));
        _previous = hash;
        Next++;
    }

    private void ThrowDamage(SegmentCursor cursor)
    {
        // The first record after a checkpoint: an intact one with another past is a fork, not rot.
        if (_previous is { } expected && cursor.Record.Length > 0 && RecordFormat.Check(cursor.Record.Span, Next, previous: null) is null)
        {
            throw new GemelException(JournalErrors.ChainForked.With(Next - 1, _segment!.Path, RecordFormat.ReadPrevious(cursor.Record.Span), expected));
        }
        throw new GemelException(JournalErrors.RecordDamaged.With(_segment!.Path, Next, cursor.Offset, cursor.Problem));
    }

    /// <summary>The cursor stands before the record of <see cref="Next"/>.</summary>
    private SegmentCursor OpenFile()
    {
        Segment segment = _log.Locate(Next);
        if (_cursor is not null && segment.Path == _segment!.Path)
        {
            _cursor.Extend(segment.Bytes);
            return _cursor;
        }
        CloseFile();
        _segment = segment;
        IJournalFile file = _files.Open(segment.Path, writable: false);
        _cursor = new SegmentCursor(file, segment.Bytes);
        CheckHeader(file, segment);
        if (_cursor.SkipTo(segment.First, Next) != CursorStep.Record)
        {
            throw new GemelException(JournalErrors.SegmentDamaged.With(segment.Path, $"on the way to commit {Next}, at offset {_cursor.Offset}: {_cursor.Problem ?? "it ends"}"));
        }
        return _cursor;
    }

    private void CheckHeader(IJournalFile file, Segment segment)
    {
        if (SegmentHeader.Read(file, segment.Path, _log.Instance, out SegmentHeader header) is { } error)
        {
            throw new GemelException(error);
        }
        _previous ??= Next == segment.First ? header.Previous : null;
    }

    private void Release()
    {
        foreach (RecordBuffer record in _held)
        {
            record.Release();
        }
        _held.Clear();
        _batch.Clear();
    }

    private void CloseFile()
    {
        _cursor?.Dispose();
        (_cursor, _segment) = (null, null);
    }
}
