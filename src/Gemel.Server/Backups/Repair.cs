using Gemel.Cluster;
using Gemel.History;
using Gemel.Journal;

namespace Gemel.Server.Backups;

/// <summary>Mends the files of a data folder that nobody uses, with what its backups hold.</summary>
/// <remarks>
/// What never changes once written, files of history and parts of checkpoints, has its hash in the folder's own manifests: a backup's content of that hash is what was
/// there. A file of the journal or the names of series only grow: a backup holds how they began, and what was added since is kept from the folder; whether
/// the two fit, the hash chain (or the checksums of records) says, and where they do not, the file stays as it was. At its end the whole folder is verified: what
/// is still wrong is lost.
/// </remarks>
internal sealed class Repair(IJournalFiles disk, BackupFolder source, IReadOnlyList<BackupManifest> backups, uint newEpoch)
{
    private const string SetAside = ".damaged";
    private const string Unfinished = ".new";

    private readonly List<string> _mended = [];

    /// <exception cref="GemelException">GMJ001, the folder is in use; GMJ002 and others, it cannot be opened; GMX065, GMJ024: the disk refused.</exception>
    public RepairResult Run(string target, Timestamp now, CancellationToken cancellationToken)
    {
        target = Path.GetFullPath(target);
        MendDocument(target);
        using (DataFolder folder = DataFolder.Open(disk, target, now, Serving.GemelServer.Version))
        {
            RequireBackupsOf(folder.Instance);
            BackupFolder.Guarded(target, () =>
            {
                MendHistory(folder, cancellationToken);
                MendCheckpoint(folder, cancellationToken);
                MendJournal(folder, cancellationToken);
                MendJobs(folder);
            });
        }
        using DataFolderReader mended = DataFolderReader.Open(target);
        FolderReport report = FolderVerifier.Verify(mended, isDeep: false, _ => { }, cancellationToken);
        return new RepairResult(_mended, [.. report.Damage.Select(damage => ServerErrors.NotRepairable.With(damage.Message))]);
    }

    private void RequireBackupsOf(Guid instance)
    {
        if (backups.All(backup => backup.Instance != instance))
        {
            throw new GemelException(ServerErrors.BackupOfAnother.With(source.Root, backups[^1].Instance, instance));
        }
    }

    // It is the same in every backup but for epochs. Those begun since the newest backup are lost with it; a new one begun there makes sure that no resume token
    // of them is taken for another commit. Nothing is written before the folder is locked and its journal known to be of the backups' instance.
    private void MendDocument(string target)
    {
        string path = Path.Combine(target, DataFolder.DocumentName);
        try
        {
            DataFolder.Check(disk, target);
        }
        catch (GemelException damaged) when (damaged.Error.Code == JournalErrors.DocumentDamaged && disk.FolderExists(Path.Combine(target, "journal")))
        {
            using IDisposable held = DataFolder.Lock(disk, target);
            if (DataFolder.FindWitnessed(disk, target) is { } instance)
            {
                RequireBackupsOf(instance);
            }
            BackupFile file = backups[^1].Files.Single(each => each.Name == DataFolder.DocumentName);
            string kept = path + ".backup";
            if (!TryPut(file, kept, CancellationToken.None))
            {
                throw;
            }
            DataFolder.BeginEpoch(disk, kept, target, new Epoch(newEpoch, backups[^1].Commit));
            BackupFolder.Guarded(target, () => disk.Delete(kept));
            _mended.Add(path);
        }
    }

    private void MendHistory(DataFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            foreach ((CapturedFile expected, _) in HistoryInspection.FindDamage(folder.History, cancellationToken))
            {
                Mend(new BackupFile(expected.Name, expected.Bytes, expected.Hash!), expected.Path, cancellationToken);
            }
            if (HistoryInspection.FindDamageOfSeries(folder.History) is not null)
            {
                MendGrowing(Path.Combine(folder.History, HistoryCapture.SeriesName), $"history/{HistoryCapture.SeriesName}", () => HistoryInspection.FindDamageOfSeries(folder.History) is null, cancellationToken);
            }
        }
        catch (GemelException unreadable) when (unreadable.Error.Code == HistoryErrors.DamagedManifest)
        {
            // Nothing says which files there were: the verification at the end tells.
        }
    }

    private void MendCheckpoint(DataFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            foreach ((CheckpointPart part, _) in CheckpointStore.FindDamage(disk, folder.Checkpoints, folder.Instance))
            {
                Mend(new BackupFile(part.File, part.Bytes, part.Checksum), Path.Combine(folder.Checkpoints, part.File), cancellationToken);
            }
        }
        catch (GemelException unreadable) when (unreadable.Error.Code == JournalErrors.DocumentDamaged)
        {
            MendCheckpointManifest(folder, cancellationToken);
        }
    }

    // A manifest never changes either, but nothing in the folder names its hash: its own checksum and its parts say whether it is the one.
    private void MendCheckpointManifest(DataFolder folder, CancellationToken cancellationToken)
    {
        string newest = disk.List(folder.Checkpoints).Last(name => name.EndsWith(".json", StringComparison.Ordinal));
        BackupFile? file = backups.SelectMany(backup => backup.Files).LastOrDefault(each => each.Name == $"checkpoints/{newest}");
        if (file is not null && TryPut(file, Path.Combine(folder.Checkpoints, newest), cancellationToken))
        {
            _mended.Add(Path.Combine(folder.Checkpoints, newest));
            MendCheckpoint(folder, cancellationToken);
        }
    }

    // No backup has it, and nothing depends on it.
    private void MendJobs(DataFolder folder)
    {
        if (DamagedJobs.TrySetAside(disk, folder))
        {
            _mended.Add(folder.Jobs);
        }
    }

    private void MendJournal(DataFolder folder, CancellationToken cancellationToken)
    {
        JournalReport before = JournalVerifier.Verify(disk, folder.Journal, folder.Instance, cancellationToken);
        if (before.IsWhole)
        {
            return;
        }
        foreach (string name in backups.SelectMany(backup => backup.Files).Select(file => file.Name).Where(name => name.StartsWith("journal/", StringComparison.Ordinal)).Distinct())
        {
            int damages = JournalVerifier.Verify(disk, folder.Journal, folder.Instance, cancellationToken).Damage.Count;
            if (damages > 0)
            {
                MendGrowing(Path.Combine(folder.Root, name), name,
                    () => JournalVerifier.Verify(disk, folder.Journal, folder.Instance, cancellationToken).Damage.Count < damages, cancellationToken);
            }
        }
    }

    private void Mend(BackupFile file, string path, CancellationToken cancellationToken)
    {
        if (TryPut(file, path, cancellationToken))
        {
            _mended.Add(path);
        }
    }

    /// <summary>Tries how each backup has the file, the newest first, followed by what the folder's own has beyond.</summary>
    /// <param name="isBetter">Looks at the folder as it is then.</param>
    private void MendGrowing(string path, string name, Func<bool> isBetter, CancellationToken cancellationToken)
    {
        PutBack(path);
        foreach (BackupFile file in backups.Reverse().SelectMany(backup => backup.Files).Where(each => each.Name == name).Distinct())
        {
            bool isThere = disk.FileExists(path);
            if ((isThere && HasBeginning(path, file, cancellationToken)) || !TryJoin(file, path, cancellationToken))
            {
                continue;
            }
            if (isThere)
            {
                disk.Rename(path, path + SetAside);
            }
            disk.Rename(path + Unfinished, path);
            disk.SyncFolder(Path.GetDirectoryName(path)!);
            if (isBetter())
            {
                disk.Delete(path + SetAside);
                _mended.Add(path);
                return;
            }
            disk.Delete(path);
            if (isThere)
            {
                disk.Rename(path + SetAside, path);
            }
        }
    }

    // A run that was cut off while it tried: what it set aside is the folder's own, what lies in its place a trial.
    private void PutBack(string path)
    {
        if (disk.FileExists(path + SetAside))
        {
            disk.Rename(path + SetAside, path);
            disk.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    private bool HasBeginning(string path, BackupFile file, CancellationToken cancellationToken)
    {
        using IJournalFile own = disk.Open(path, writable: false);
        return own.Length >= file.Bytes && ContentHash.Of(own, file.Bytes, sink: null, cancellationToken) == file.Hash;
    }

    private bool TryPut(BackupFile file, string path, CancellationToken cancellationToken)
    {
        disk.CreateFolder(Path.GetDirectoryName(path)!);
        using ContentWriter writer = new(disk, path + Unfinished, path);
        if (source.Read(file, writer.Write, cancellationToken) is not null)
        {
            return false;
        }
        writer.Complete();
        disk.SyncFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    // The backup's bytes, then those that the folder's file has behind them, under a name that means nothing yet.
    private bool TryJoin(BackupFile file, string path, CancellationToken cancellationToken)
    {
        using ContentWriter writer = new(disk, path + Unfinished + Unfinished, path + Unfinished);
        if (source.Read(file, writer.Write, cancellationToken) is not null)
        {
            return false;
        }
        if (disk.FileExists(path))
        {
            using IJournalFile own = disk.Open(path, writable: false);
            byte[] buffer = new byte[1 << 20];
            for (int read; (read = own.Read(buffer, writer.Length)) > 0;)
            {
                writer.Write(buffer.AsSpan(0, read));
            }
        }
        writer.Complete();
        return true;
    }
}

/// <param name="Mended">Paths of files that are now as they were.</param>
/// <param name="Lost">What no backup here has.</param>
internal sealed record RepairResult(IReadOnlyList<string> Mended, IReadOnlyList<GemelError> Lost);
