using System.Diagnostics;

namespace Gemel.Journal;

public sealed partial class CommitLog
{
    /// <summary>Makes one commit durable.</summary>
    /// <param name="commit">One more than <see cref="Last"/>.</param>
    /// <param name="time">Server time; not earlier than that of the commit before.</param>
    /// <param name="payload">Parts that together are the payload; copied, none is kept.</param>
    /// <exception cref="GemelException">GMJ020 or GMJ021, the disk refused and the log has stopped; GMJ022, it had stopped before;
    /// GMJ023, too large, nothing else has changed.</exception>
    /// <remarks>Blocks for two syncs; meant for the committer's own thread. Allocates one small object per commit.</remarks>
    public void Append(long commit, Timestamp time, IReadOnlyList<ReadOnlyMemory<byte>> payload)
    {
        lock (_writing)
        {
            if (_failure is not null)
            {
                throw new GemelException(JournalErrors.LogStopped.With(_failure.Message), _failure);
            }
            ArgumentOutOfRangeException.ThrowIfNotEqual(commit, _last + 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(time, _lastTime);
            AppendRecord(RecordBuffer.Seal(commit, time, _lastHash, payload, CountBytes(commit, payload)), time);
        }
    }

    /// <inheritdoc cref="Append(long, Timestamp, IReadOnlyList{ReadOnlyMemory{byte}})"/>
    public void Append(long commit, Timestamp time, ReadOnlyMemory<byte> payload)
    {
        lock (_writing)
        {
            _single[0] = payload;
            try
            {
                Append(commit, time, _single);
            }
            finally
            {
                _single[0] = default;
            }
        }
    }

    /// <summary>Takes up appending after a failure: removes what the failed append left, and goes on in a new file.</summary>
    /// <returns>True when commits are taken again; false when the disk still refuses: call again later.</returns>
    /// <remarks>
    /// The order matters, for the process may die between any two steps. First the witness is made anew with the last acknowledged
    /// commit, because a failed write may yet have put the failed commit's number on the disk, and a witness without its record would
    /// refuse the next start. Then the record is cut, then the new file begins.
    /// </remarks>
    public bool Recover()
    {
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_signal.IsClosed, this);
            if (_failure is null)
            {
                return true;
            }
            try
            {
                _witness.Replace(_witness.State);
                CutFailedAppend();
                Volatile.Write(ref _failure, null);
                return true;
            }
            catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
            {
                Volatile.Write(ref _failure, JournalFailure.OfWrite(_segments[^1].Path, failure));
                return false;
            }
        }
    }

    /// <summary>Removes journal files that hold nothing but commits below <paramref name="commit"/>; the file of the last commit and what is held always stay.</summary>
    /// <returns>The commit with which the journal begins now.</returns>
    /// <exception cref="GemelException">GMJ020 or GMJ021, the disk refused and the log has stopped; files that were not removed are removed at the next start.</exception>
    public long TrimTo(long commit)
    {
        lock (_writing)
        {
            long keep = Math.Min(Math.Min(commit, OldestHeld()), _last);
            int drop = Math.Max(0, _segments.FindLastIndex(segment => segment.First <= keep));
            if (drop == 0)
            {
                return First;
            }
            try
            {
                Trim(drop);
                return First;
            }
            catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
            {
                // The witness may be renamed but not durably so: it must be made anew before the next commit counts on it.
                GemelException error = JournalFailure.OfWrite(_folder, failure);
                Volatile.Write(ref _failure, error);
                throw error;
            }
        }
    }

    private void Trim(int drop)
    {
        // Witness first: a start between the two finds files before the beginning and removes them; the reverse would miss files.
        _witness.Replace(_witness.State with { First = _segments[drop].First });
        List<Segment> dropped = _segments.GetRange(0, drop);
        lock (_state)
        {
            _segments.RemoveRange(0, drop);
        }
        dropped.ForEach(segment => _files.Delete(segment.Path));
        _files.SyncFolder(_folder);
    }

    private int CountBytes(long commit, IReadOnlyList<ReadOnlyMemory<byte>> payload)
    {
        long bytes = 0;
        for (int i = 0; i < payload.Count; i++)
        {
            bytes += payload[i].Length;
        }
        return bytes <= _options.MaxPayloadBytes
            ? (int)bytes
            : throw new GemelException(JournalErrors.RecordTooLarge.With(commit, bytes, _options.MaxPayloadBytes));
    }

    private void AppendRecord(RecordBuffer record, Timestamp time)
    {
        long commit = _last + 1;
        RecordHash hash = record.Hash;
        try
        {
            if (_activeBytes + record.Length > _options.SegmentBytes && _activeBytes > SegmentHeader.Size)
            {
                BeginSegment();
            }
            _active.Write(record.Bytes, _activeBytes);
            _active.Sync();
            _witness.Write(_witness.State with { Commit = commit, Hash = hash });
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            record.Release();
            GemelException error = JournalFailure.OfWrite(_segments[^1].Path, failure);
            Volatile.Write(ref _failure, error);
            throw error;
        }
        Publish(record, commit, hash, time);
    }

    private void Publish(RecordBuffer record, long commit, RecordHash hash, Timestamp time)
    {
        int length = record.Length;
        _tail.Add(record);
        lock (_state)
        {
            _activeBytes += length;
            (_lastHash, _lastTime) = (hash, time);
            Volatile.Write(ref _last, commit);
        }
        _signal.Advance(commit);
    }

    private void BeginSegment()
    {
        Segment closed = _segments[^1] with { Bytes = _activeBytes };
        IJournalFile file = SegmentWriter.CreateOpen(
            _files, _folder, new SegmentHeader(_instance, _last + 1, closed.First, closed.Bytes, _lastHash), out Segment segment);
        _active.Dispose();
        _active = file;
        lock (_state)
        {
            _segments[^1] = closed;
            _segments.Add(segment);
            _activeBytes = segment.Bytes;
        }
    }

    private void CutFailedAppend()
    {
        if (_activeBytes > SegmentHeader.Size)
        {
            _active.Truncate(_activeBytes);
            _active.Sync();
            BeginSegment();
            return;
        }
        // The file holds no acknowledged record: it is made anew under the same name.
        Debug.Assert(_segments[^1].First == _last + 1);
        Segment? before = _segments.Count > 1 ? _segments[^2] : null;
        IJournalFile file = SegmentWriter.CreateOpen(
            _files, _folder, new SegmentHeader(_instance, _last + 1, before?.First ?? 0, before?.Bytes ?? 0, _lastHash), out _);
        _active.Dispose();
        _active = file;
    }
}
