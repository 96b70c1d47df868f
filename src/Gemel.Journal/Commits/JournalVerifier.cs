namespace Gemel.Journal;

/// <summary>Reads every byte of a journal, changes nothing, and reports all damage; also where the log refuses to open.</summary>
/// <remarks>Meant for a journal that nobody writes to.</remarks>
public static class JournalVerifier
{
    /// <summary>Reads the journal of <paramref name="instance"/> in <paramref name="folder"/>.</summary>
    /// <exception cref="GemelException">GMJ024, the disk refused.</exception>
    public static JournalReport Verify(IJournalFiles files, string folder, Guid instance, CancellationToken cancellationToken) =>
        Verify(files, folder, instance, _ => { }, _ => { }, cancellationToken);

    /// <inheritdoc cref="Verify(IJournalFiles, string, Guid, CancellationToken)"/>
    /// <param name="visit">Gets every whole record in order; its payload is valid during the call.</param>
    /// <param name="read">Called with the bytes read since the last call.</param>
    public static JournalReport Verify(
        IJournalFiles files, string folder, Guid instance, Action<CommitRecord> visit, Action<long> read, CancellationToken cancellationToken)
    {
        try
        {
            return new Walk(files, folder, instance, visit, read).Run(cancellationToken);
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(folder, failure.Message), failure);
        }
    }

    private sealed class Walk(IJournalFiles files, string folder, Guid instance, Action<CommitRecord> visit, Action<long> read)
    {
        private readonly List<string> _notices = [];
        private readonly List<GemelError> _damage = [];
        private WitnessedState? _witness;
        private long _first;
        private long _next;
        private RecordHash? _previous;
        private bool _placeKnown;
        private (string Path, long First, long Bytes)? _before;
        private long _bytes;
        private long _torn;
        private int _count;

        public JournalReport Run(CancellationToken cancellationToken)
        {
            if (!files.FolderExists(folder) || !files.List(folder).Any(name => name == Witness.FileName || SegmentHeader.TryParseName(name, out _)))
            {
                return new JournalReport(0, 0, 0, 0, 0, 0, []) { Notices = ["The journal holds nothing yet."] };
            }
            ReadWitness();
            foreach (string name in files.List(folder))
            {
                if (SegmentHeader.TryParseName(name, out long first))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Read(Path.Combine(folder, name), first);
                }
            }
            if (_witness is { } witness && _next <= witness.Commit && _damage.Count == 0)
            {
                _damage.Add(JournalErrors.SegmentMissing.With(folder, Math.Max(_next, witness.First), witness.Commit));
            }
            if (_torn > 0)
            {
                _notices.Add($"{_torn} bytes at the end of '{folder}' are of commits that were never acknowledged; the next start removes them.");
            }
            return new JournalReport(_first, _next - 1, _witness?.Commit ?? 0, _count, _bytes, _torn, _damage) { Notices = _notices };
        }

        private void Read(string path, long first)
        {
            if (first >= (_witness?.First ?? 0))
            {
                ReadSegment(path, first);
            }
            else
            {
                _notices.Add($"'{path}' was trimmed; the next start removes it.");
            }
        }

        private void ReadWitness()
        {
            string path = Path.Combine(folder, Witness.FileName);
            if (!files.FileExists(path))
            {
                _damage.Add(JournalErrors.WitnessDamaged.With(path, "it is missing"));
                return;
            }
            try
            {
                using IJournalFile file = files.Open(path, writable: false);
                _witness = Witness.Read(file, path, instance);
                (_next, _placeKnown) = (_witness.Value.First, true);
                _notices.AddRange(Witness.FindOddities(file, path));
            }
            catch (GemelException damaged)
            {
                _damage.AddRange(damaged.Errors);
            }
        }

        private void ReadSegment(string path, long first)
        {
            using IJournalFile file = files.Open(path, writable: false);
            (_count, _bytes) = (_count + 1, _bytes + file.Length);
            if (SegmentHeader.Read(file, path, instance, out SegmentHeader header) is { } error)
            {
                if (header == default && _witness is { } witness && first > witness.Commit)
                {
                    _torn += file.Length;
                    return;
                }
                _damage.Add(error);
                (_previous, _before, _placeKnown) = (null, null, false);
                return;
            }
            CheckPlace(path, header);
            _first = _first == 0 ? first : _first;
            (_next, _previous, _before, _placeKnown) = (first, header.Previous, (path, first, file.Length), true);
            ReadRecords(path, file.Length);
        }

        private void CheckPlace(string path, SegmentHeader header)
        {
            if (_placeKnown && header.First != _next)
            {
                _damage.Add(header.First > _next
                    ? JournalErrors.SegmentMissing.With(folder, _next, header.First - 1)
                    : JournalErrors.SegmentDamaged.With(path, $"it begins with commit {header.First}, {_next} was expected"));
                return;
            }
            if (_before is { } before && (header.BeforeFirst != before.First || header.BeforeBytes != before.Bytes))
            {
                _damage.Add(JournalErrors.SegmentDamaged.With(path,
                    $"it follows a file of commit {header.BeforeFirst} with {header.BeforeBytes} bytes, found is that of {before.First} with {before.Bytes}"));
            }
            if (_previous is { } previous && header.Previous != previous)
            {
                _damage.Add(JournalErrors.SegmentDamaged.With(path, $"it follows the hash {header.Previous}, the record before has {previous}"));
            }
        }

        private void ReadRecords(string path, long length)
        {
            using var cursor = new SegmentCursor(files.Open(path, writable: false), length);
            CursorStep step;
            while ((step = cursor.Step(_next, _previous)) == CursorStep.Record)
            {
                _previous = RecordHash.Of(cursor.Record.Span);
                visit(new CommitRecord(_next, RecordFormat.ReadTime(cursor.Record.Span), _previous.Value, cursor.Record[RecordFormat.HeaderSize..]));
                read(cursor.Record.Length);
                if (_witness is { } witness && _next == witness.Commit && _previous != witness.Hash)
                {
                    _damage.Add(JournalErrors.RecordDamaged.With(path, _next, cursor.Offset - cursor.Record.Length,
                        $"its hash is {_previous}, {witness.Hash} was acknowledged"));
                }
                _next++;
            }
            if (step != CursorStep.Damaged)
            {
                return;
            }
            if (_witness is { } last && _next > last.Commit)
            {
                _torn += length - cursor.Offset;
                return;
            }
            _damage.Add(JournalErrors.RecordDamaged.With(path, _next, cursor.Offset, cursor.Problem));
            (_previous, _before, _placeKnown) = (null, null, false);
        }
    }
}
