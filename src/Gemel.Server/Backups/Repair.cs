using Gemel.Cluster;
using Gemel.History;
using Gemel.Journal;

namespace Gemel.Server.Backups;

/// <summary>Mends the files of a data folder that nobody uses, with what its backups hold.</summary>
/// <remarks>
/// What never changes once written, files of history and parts of checkpoints, has its hash in the folder's own manifests: a backup's content of that hash is what was
/// there. A file of the journal or the names of series only grow: a backup holds how they began, and what was added since is kept from the folder; whether
/// the two fit, the hash chain (or the checksums of records) says, and where they do not, the file stays as it was.
/// </remarks>
internal sealed class Repair(IJournalFiles disk, BackupFolder source, IReadOnlyList<BackupManifest> backups, uint newEpoch)
{
    private const string SetAside = ".damaged";
    private const string Unfinished = ".new";

    private readonly List<string> _mended = [];
    private readonly List<GemelError> _lost = [];

    /// <exception cref="GemelException">GMJ001, the folder is in use; GMJ002 and others, it cannot be opened; GMX065, GMJ024: the disk refused.</exception>
    public RepairResult Run(string target, Timestamp now, CancellationToken cancellationToken)
    {
        target = Path.GetFullPath(target);
        MendDocument(target);
        using DataFolder folder = DataFolder.Open(disk, target, now, Serving.GemelServer.Version);
        if (backups.All(backup => backup.Instance != folder.Instance))
        {
            throw new GemelException(ServerErrors.BackupOfAnother.With(source.Root, backups[^1].Instance, folder.Instance));
        }
        BackupFolder.Guarded(target, () =>
        {
            MendHistory(folder, cancellationToken);
            MendCheckpoint(folder, cancellationToken);
            MendJournal(folder, cancellationToken);
        });
        return new RepairResult(_mended, _lost);
    }

    // It is the same in every backup but for epochs. Those begun since the newest backup are lost with it; a new one begun there makes sure that no resume token
    // of them is taken for another commit.
    private void MendDocument(string target)
    {
        string path = Path.Combine(target, DataFolder.DocumentName);
        try
        {
            DataFolder.Check(disk, target);
        }
        catch (GemelException damaged) when (damaged.Error.Code == JournalErrors.DocumentDamaged && disk.FolderExists(Path.Combine(target, "journal")))
        {
            BackupFile file = backups[^1].Files.Single(each => each.Name == DataFolder.DocumentName);
            if (!TryPut(file, path, CancellationToken.None))
            {
                throw;
            }
            DataFolder.BeginEpoch(disk, target, new Epoch(newEpoch, backups[^1].Commit));
            _mended.Add(path);
        }
    }

    private void MendHistory(DataFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            foreach ((CapturedFile expected, GemelError damage) in HistoryInspection.FindDamage(folder.History, cancellationToken))
            {
                Mend(new BackupFile(expected.Name, expected.Bytes, expected.Hash!), expected.Path, damage, cancellationToken);
            }
            if (HistoryInspection.FindDamageOfSeries(folder.History) is { } error)
            {
                MendGrowing(Path.Combine(folder.History, HistoryCapture.SeriesName), $"history/{HistoryCapture.SeriesName}", error, () => HistoryInspection.FindDamageOfSeries(folder.History) is null, cancellationToken);
            }
        }
        catch (GemelException unreadable) when (unreadable.Error.Code == HistoryErrors.DamagedManifest)
        {
            Lose(unreadable.Error);
        }
    }

    private void MendCheckpoint(DataFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            foreach ((CheckpointPart part, GemelError damage) in CheckpointStore.FindDamage(disk, folder.Checkpoints, folder.Instance))
            {
                Mend(new BackupFile(part.File, part.Bytes, part.Checksum), Path.Combine(folder.Checkpoints, part.File), damage, cancellationToken);
            }
        }
        catch (GemelException unreadable) when (unreadable.Error.Code == JournalErrors.DocumentDamaged)
        {
            MendCheckpointManifest(folder, unreadable.Error, cancellationToken);
        }
    }

    // A manifest never changes either, but nothing in the folder names its hash: its own checksum and its parts say whether it is the one.
    private void MendCheckpointManifest(DataFolder folder, GemelError error, CancellationToken cancellationToken)
    {
        string newest = disk.List(folder.Checkpoints).Last(name => name.EndsWith(".json", StringComparison.Ordinal));
        BackupFile? file = backups.SelectMany(backup => backup.Files).LastOrDefault(each => each.Name == $"checkpoints/{newest}");
        if (file is not null && TryPut(file, Path.Combine(folder.Checkpoints, newest), cancellationToken))
        {
            _mended.Add(Path.Combine(folder.Checkpoints, newest));
            MendCheckpoint(folder, cancellationToken);
            return;
        }
        Lose(error);
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
                MendGrowing(Path.Combine(folder.Root, name), name, null,
                    () => JournalVerifier.Verify(disk, folder.Journal, folder.Instance, cancellationToken).Damage.Count < damages, cancellationToken);
            }
        }
        foreach (GemelError error in JournalVerifier.Verify(disk, folder.Journal, folder.Instance, cancellationToken).Damage)
        {
            Lose(error);
        }
    }

    private void Mend(BackupFile file, string path, GemelError damage, CancellationToken cancellationToken)
    {
        if (TryPut(file, path, cancellationToken))
        {
            _mended.Add(path);
        }
        else
        {
            Lose(damage);
        }
    }

    /// <summary>Tries how each backup has the file, the newest first, followed by what the folder's own has beyond.</summary>
    /// <param name="damage">What is lost where none fits; null where the caller tells.</param>
    /// <param name="isBetter">Looks at the folder as it is then.</param>
    private void MendGrowing(string path, string name, GemelError? damage, Func<bool> isBetter, CancellationToken cancellationToken)
    {
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
        if (damage is not null)
        {
            Lose(damage);
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

    private void Lose(GemelError damage) => _lost.Add(ServerErrors.NotRepairable.With(damage.Message));
}

/// <param name="Mended">Paths of files that are now as they were.</param>
/// <param name="Lost">What no backup here has.</param>
internal sealed record RepairResult(IReadOnlyList<string> Mended, IReadOnlyList<GemelError> Lost);
