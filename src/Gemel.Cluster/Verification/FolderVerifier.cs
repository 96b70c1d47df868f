using Gemel.History;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>Reads a data folder at rest, every byte of it, and lists all that is damaged or does not agree; changes nothing.</summary>
/// <remarks>
/// Journal: chain, checksums, witness. Checkpoint: manifest and parts. History: manifest, catalog of series, files. Among them: nobody stands beyond
/// the last commit, the checkpoint is of a commit that the journal had, and what was trimmed is in checkpoint and history. Deep: every row of
/// history is decoded, and the state is made anew from the checkpoint and the journal behind it, as a start does.
/// What is known of jobs: its checksum. Not checked: key files and certificates, which carry no checksum; a start refuses those that it cannot use.
/// </remarks>
public sealed class FolderVerifier
{
    private readonly DataFolderReader _folder;
    private readonly bool _isDeep;
    private readonly Action<long> _read;
    private readonly CancellationToken _cancellationToken;
    private readonly List<GemelError> _damage = [];
    private readonly List<string> _notices = [];

    private FolderVerifier(DataFolderReader folder, bool isDeep, Action<long> read, CancellationToken cancellationToken) =>
        (_folder, _isDeep, _read, _cancellationToken) = (folder, isDeep, read, cancellationToken);

    /// <param name="read">Called with the bytes read since the last call, of about <see cref="BytesOf"/>.</param>
    /// <exception cref="GemelException">GMJ024, the disk refused.</exception>
    public static FolderReport Verify(DataFolderReader folder, bool isDeep, Action<long> read, CancellationToken cancellationToken) =>
        new FolderVerifier(folder, isDeep, read, cancellationToken).Run();

    /// <summary>Bytes that a verification reads.</summary>
    public static long BytesOf(DataFolderReader folder) => new[] { folder.Journal, folder.Checkpoints, folder.History }.Where(Directory.Exists)
        .Sum(part => new DirectoryInfo(part).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length));

    private FolderReport Run()
    {
        if (_folder.Damage is { } document)
        {
            _damage.Add(document);
        }
        HistoryReport history = HistoryVerifier.Verify(_folder.History, _isDeep, _read, _cancellationToken);
        if (_folder.Instance is not { } instance)
        {
            _notices.Add("Neither 'gemel.json' nor the witness names the instance: journal and checkpoints could not be checked.");
            return Report(null, null, history, null);
        }
        VerifyJobs(instance);
        CheckpointReport checkpoint = CheckpointVerifier.Verify(DiskFiles.Instance, _folder.Checkpoints, instance, _read, _cancellationToken);
        RecordHash? hashAtCheckpoint = null;
        JournalReport journal = JournalVerifier.Verify(
            DiskFiles.Instance, _folder.Journal, instance,
            record => hashAtCheckpoint = record.Commit == checkpoint.Checkpoint?.Commit ? record.Hash : hashAtCheckpoint, _read, _cancellationToken);
        FolderReport found = Report(journal, checkpoint, history, null);
        if (journal.IsWhole && checkpoint.Damage.Count == 0 && history.Commit is { } inHistory)
        {
            ComparePositions(journal, checkpoint.Checkpoint, hashAtCheckpoint, inHistory);
            _damage.AddRange(FollowerPositions.Verify(DiskFiles.Instance, _folder.Journal, instance, journal.Last));
        }
        long? twins = _isDeep && _damage.Count == 0 ? Rebuild(instance) : null;
        return found with { Twins = twins };
    }

    private void VerifyJobs(Guid instance)
    {
        try
        {
            new JobFile(DiskFiles.Instance, _folder.Jobs, instance).Read();
        }
        catch (GemelException damaged)
        {
            _damage.Add(damaged.Error);
        }
    }

    private FolderReport Report(JournalReport? journal, CheckpointReport? checkpoint, HistoryReport history, long? twins)
    {
        _damage.AddRange([.. journal?.Damage ?? [], .. checkpoint?.Damage ?? [], .. history.Damage]);
        _notices.AddRange([.. journal?.Notices ?? [], .. checkpoint?.Notices ?? [], .. history.Notices]);
        return new FolderReport(journal, checkpoint, history, twins, _damage, _notices);
    }

    private void ComparePositions(JournalReport journal, Checkpoint? checkpoint, RecordHash? hashInJournal, long inHistory)
    {
        long inCheckpoint = checkpoint?.Commit ?? 0;
        foreach ((string who, long position) in new[] { ("checkpoint", inCheckpoint), ("history", inHistory) })
        {
            if (position > journal.Last)
            {
                _damage.Add(JournalErrors.CommitAhead.With($"The {who}", position, _folder.Journal, journal.Last));
            }
            else if (journal.First > position + 1)
            {
                _damage.Add(ClusterErrors.CommitsNotCovered.With(_folder.Journal, journal.First, who, position));
            }
        }
        if (hashInJournal is { } hash && hash != checkpoint!.Hash)
        {
            _damage.Add(JournalErrors.ChainForked.With(checkpoint.Commit, _folder.Journal, hash, checkpoint.Hash));
        }
    }

    /// <summary>Makes the state as a start does, its repairs included.</summary>
    private long? Rebuild(Guid instance)
    {
        try
        {
            return StateRebuild.Run(_folder, instance, _cancellationToken);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // Checksums agree and still it cannot be read: whatever the kind of failure, a start would meet it too.
            _damage.Add(ClusterErrors.NotRecoverable.With(_folder.Root, broken.Message));
            return null;
        }
    }
}
