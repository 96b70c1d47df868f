using System.Buffers;

namespace Gemel.Journal;

/// <summary>A log as found on disk and put in order.</summary>
/// <param name="Segments">In order, the last one takes the next record; at least one.</param>
internal sealed record RecoveredLog(
    Witness Witness, List<Segment> Segments, long Last, RecordHash LastHash, Timestamp LastTime, RecoverySummary Summary);

/// <summary>Finds the end of the journal after a stop of any kind.</summary>
/// <remarks>
/// The rule: whatever the witness acknowledges must be whole, else the start is refused and nothing on the disk has been touched. What
/// lies behind it is kept as far as it is whole and cut where it is torn. Whole records behind the witness are written anew before they
/// are synced: after a failed fsync the page cache may show bytes that never reached the disk, and a plain fsync would not write
/// them. Only the file with the last acknowledged commit and later ones are read; the headers vouch for order and length of
/// the earlier ones, whose contents are checked when read and by <see cref="JournalVerifier"/>.
/// </remarks>
internal sealed class JournalRecovery(IJournalFiles files, string folder, Guid instance)
{
    private readonly record struct Found(string Path, SegmentHeader Header, long Bytes);

    private readonly List<string> _unacknowledged = [];
    private readonly List<Found> _found = [];
    private long _last;
    private RecordHash _lastHash;
    private Timestamp _lastTime;
    private long _witnessedEnd;
    private long _cutBytes;
    private int _scanStart;

    public RecoveredLog Run()
    {
        Witness witness = OpenWitness();
        try
        {
            return Recover(witness);
        }
        catch
        {
            witness.Dispose();
            throw;
        }
    }

    private Witness OpenWitness()
    {
        Witness? witness = Witness.Open(files, folder, instance);
        if (witness is null && SegmentNames().Count > 0)
        {
            throw new GemelException(JournalErrors.WitnessDamaged.With(Path.Combine(folder, Witness.FileName), "it is missing beside journal files"));
        }
        return witness ?? Witness.Create(files, folder, instance, new WitnessedState(First: 1, Commit: 0, RecordHash.Genesis(instance)));
    }

    private RecoveredLog Recover(Witness witness)
    {
        WitnessedState state = witness.State;
        List<long> names = SegmentNames();
        List<long> trimmed = names.FindAll(first => first < state.First);
        ReadHeaders(names.FindAll(first => first >= state.First), state);
        int tornSegment = Scan(state);

        foreach (long first in trimmed)
        {
            files.Delete(Path.Combine(folder, SegmentHeader.FileName(first)));
        }
        int kept = (int)(_last - state.Commit);
        List<Segment> segments = Repair(tornSegment, state);
        if (kept > 0)
        {
            witness.Write(state with { Commit = _last, Hash = _lastHash });
        }
        return new RecoveredLog(witness, segments, _last, _lastHash, _lastTime, new RecoverySummary(_cutBytes, kept));
    }

    private List<long> SegmentNames()
    {
        List<long> firsts = [];
        foreach (string name in files.List(folder))
        {
            if (SegmentHeader.TryParseName(name, out long first))
            {
                firsts.Add(first);
            }
        }
        return firsts;
    }

    private void ReadHeaders(List<long> firsts, WitnessedState state)
    {
        foreach (long first in firsts)
        {
            string path = Path.Combine(folder, SegmentHeader.FileName(first));
            using IJournalFile file = files.Open(path, writable: false);
            GemelError? error = SegmentHeader.Read(file, path, instance, out SegmentHeader header);
            if (error is not null && header == default && first > state.Commit && error.Code != JournalErrors.NewerFormat)
            {
                // A file that begins behind the last acknowledged commit and has no header is one whose creation a crash cut short.
                _unacknowledged.Add(path);
                _cutBytes += file.Length;
                continue;
            }
            if (error is not null)
            {
                throw new GemelException(error);
            }
            CheckPlace(path, header, state);
            _found.Add(new Found(path, header, file.Length));
        }
        bool empty = state.Commit < state.First;
        if (!empty && (_found.Count == 0 || _found[0].Header.First > state.First))
        {
            long next = _found.Count == 0 ? state.Commit + 1 : _found[0].Header.First;
            throw new GemelException(JournalErrors.SegmentMissing.With(folder, state.First, next - 1));
        }
    }

    private void CheckPlace(string path, SegmentHeader header, WitnessedState state)
    {
        if (_found.Count == 0)
        {
            return;
        }
        Found before = _found[^1];
        if (header.BeforeFirst != before.Header.First)
        {
            throw new GemelException(header.BeforeFirst > before.Header.First
                ? JournalErrors.SegmentMissing.With(folder, header.BeforeFirst, header.First - 1)
                : JournalErrors.SegmentDamaged.With(path, $"it follows the file of commit {header.BeforeFirst}, not that of {before.Header.First}"));
        }
        if (header.BeforeBytes != before.Bytes)
        {
            throw new GemelException(JournalErrors.SegmentDamaged.With(before.Path, $"it has {before.Bytes} bytes, but had {header.BeforeBytes} when it was closed"));
        }
    }

    /// <summary>Reads from the file of the last acknowledged commit to the end of the journal.</summary>
    /// <returns>Index of the file in which records end.</returns>
    private int Scan(WitnessedState state)
    {
        int start = _scanStart = Math.Max(0, _found.FindLastIndex(found => found.Header.First <= state.Commit));
        (_last, _lastHash) = state.Commit < state.First ? (state.Commit, state.Hash) : (_found[start].Header.First - 1, _found[start].Header.Previous);
        int index = start;
        for (; index < _found.Count; index++)
        {
            SegmentHeader header = _found[index].Header;
            if (header.First != _last + 1 || header.Previous != _lastHash)
            {
                throw new GemelException(JournalErrors.SegmentDamaged.With(
                    _found[index].Path, $"it begins with commit {header.First} after the hash {header.Previous}, but the file before it ends with commit {_last} and the hash {_lastHash}"));
            }
            if (!ScanSegment(index, state))
            {
                index++;
                break;
            }
        }
        if (_last < state.Commit)
        {
            throw new GemelException(JournalErrors.SegmentMissing.With(folder, _last + 1, state.Commit));
        }
        return index - 1;
    }

    /// <returns>False when the file ends with a torn record.</returns>
    private bool ScanSegment(int index, WitnessedState state)
    {
        Found found = _found[index];
        using var cursor = new SegmentCursor(files.Open(found.Path, writable: false), found.Bytes);
        CursorStep step;
        while ((step = cursor.Step(_last + 1, _lastHash)) == CursorStep.Record)
        {
            Accept(cursor, found, state);
        }
        if (_last < state.Commit && step == CursorStep.Damaged)
        {
            throw new GemelException(JournalErrors.RecordDamaged.With(found.Path, _last + 1, cursor.Offset, cursor.Problem));
        }
        _cutBytes += found.Bytes - cursor.Offset;
        _found[index] = found with { Bytes = cursor.Offset };
        return step == CursorStep.End;
    }

    private void Accept(SegmentCursor cursor, Found found, WitnessedState state)
    {
        ReadOnlySpan<byte> record = cursor.Record.Span;
        (_last, _lastHash, _lastTime) = (_last + 1, RecordHash.Of(record), RecordFormat.ReadTime(record));
        if (_last == state.Commit)
        {
            _witnessedEnd = cursor.Offset;
            if (_lastHash != state.Hash)
            {
                throw new GemelException(JournalErrors.RecordDamaged.With(
                    found.Path, _last, cursor.Offset - record.Length, $"its hash is {_lastHash}, {state.Hash} was acknowledged"));
            }
        }
    }

    /// <summary>Cuts what is torn, writes anew what is whole but not witnessed, and leaves a file to append to.</summary>
    private List<Segment> Repair(int endsIn, WitnessedState state)
    {
        for (int i = _found.Count - 1; i > endsIn; i--)
        {
            _unacknowledged.Add(_found[i].Path);
            _cutBytes += _found[i].Bytes;
            _found.RemoveAt(i);
        }
        for (int i = _scanStart; i < _found.Count; i++)
        {
            RepairSegment(_found[i], state);
        }
        _unacknowledged.ForEach(files.Delete);
        List<Segment> segments = _found.ConvertAll(found => new Segment(found.Path, found.Header.First, found.Bytes));
        if (segments.Count == 0)
        {
            segments.Add(SegmentWriter.Create(files, folder, new SegmentHeader(instance, _last + 1, 0, 0, _lastHash)));
        }
        else
        {
            files.SyncFolder(folder);
        }
        return segments;
    }

    private void RepairSegment(Found found, WitnessedState state)
    {
        using IJournalFile file = files.Open(found.Path, writable: true);
        if (file.Length > found.Bytes)
        {
            file.Truncate(found.Bytes);
        }
        WriteAnew(file, found.Header.First <= state.Commit ? _witnessedEnd : 0, found.Bytes);
        file.Sync();
    }

    private static void WriteAnew(IJournalFile file, long from, long to)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(1 << 20);
        for (long at = from; at < to;)
        {
            int read = file.Read(chunk.AsSpan(0, (int)Math.Min(chunk.Length, to - at)), at);
            if (read == 0)
            {
                throw new IOException($"The file ended at byte {at} while {to} were expected.");
            }
            file.Write(chunk.AsSpan(0, read), at);
            at += read;
        }
        ArrayPool<byte>.Shared.Return(chunk);
    }
}
