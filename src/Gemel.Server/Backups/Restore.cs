using Gemel.Cluster;
using Gemel.Journal;

namespace Gemel.Server.Backups;

/// <summary>Makes a data folder from a backup, whole or not at all.</summary>
/// <remarks>
/// A mark in the folder says that it is none yet: it is the first thing written and the last removed, and no server starts on a folder that has it. Every byte is
/// compared with its hash on the way; where one is wrong, what was written is removed. A run that was cut off leaves the mark, and the next one begins anew.
/// </remarks>
internal sealed class Restore(IJournalFiles disk, BackupFolder source)
{
    // What a file system puts into its own root.
    private const string LostAndFound = "lost+found";

    /// <param name="target">Does not exist, or is empty.</param>
    /// <param name="epoch">A random number, not 0: under it the copy makes its commits.</param>
    /// <param name="progress">Gets the bytes that are done, and those that there are.</param>
    /// <exception cref="GemelException">GMX067, a file of the backup is damaged; GMX070, the target holds something; GMX065, GMJ024: the disk refused.</exception>
    public void Run(BackupManifest backup, string target, uint epoch, Action<long, long> progress, CancellationToken cancellationToken)
    {
        target = Path.GetFullPath(target);
        using IDisposable held = BackupFolder.Guarded(target, () => Prepare(target));
        try
        {
            CopyAll(backup, target, progress, cancellationToken);
            DataFolder.BeginEpoch(disk, Path.Combine(target, DataFolder.DocumentName), target, new Epoch(epoch, backup.Commit));
        }
        catch
        {
            RemoveWhatWasWritten(target);
            throw;
        }
        // From here on the folder is whole: should this fail, nothing is removed.
        BackupFolder.Guarded(target, () => Finish(target));
    }

    // The mark is locked, so that no second run empties the folder under this one.
    private IDisposable Prepare(string target)
    {
        disk.CreateFolder(target);
        IReadOnlyList<string> names = disk.List(target);
        bool isUnfinished = names.Contains(DataFolder.RestoringName);
        if (!isUnfinished && names.FirstOrDefault(name => name != LostAndFound) is { } found)
        {
            throw new GemelException(ServerErrors.RestoreTargetTaken.With(target, found));
        }
        string mark = Path.Combine(target, DataFolder.RestoringName);
        if (!isUnfinished)
        {
            disk.Create(mark).Dispose();
            disk.SyncFolder(target);
        }
        IDisposable held = disk.TryLock(mark) ?? throw new GemelException(ServerErrors.RestoreTargetTaken.With(target, "a restore that is under way"));
        if (isUnfinished)
        {
            Empty(target);
        }
        return held;
    }

    private void CopyAll(BackupManifest backup, string target, Action<long, long> progress, CancellationToken cancellationToken)
    {
        long done = 0;
        HashSet<string> folders = [target];
        foreach (BackupFile file in backup.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = Path.Combine(target, file.Name);
            string folder = Path.GetDirectoryName(path)!;
            BackupFolder.Guarded(path, () =>
            {
                if (folders.Add(folder))
                {
                    disk.CreateFolder(folder);
                }
                Copy(file, path, cancellationToken);
            });
            progress(done += file.Bytes, backup.Bytes);
        }
        foreach (string folder in folders)
        {
            BackupFolder.Guarded(folder, () => disk.SyncFolder(folder));
        }
    }

    private void Copy(BackupFile file, string path, CancellationToken cancellationToken)
    {
        using IJournalFile copy = disk.Create(path);
        long at = 0;
        GemelError? damage = source.Read(file, bytes =>
        {
            copy.Write(bytes, at);
            at += bytes.Length;
        }, cancellationToken);
        if (damage is not null)
        {
            throw new GemelException(damage);
        }
        copy.Sync();
    }

    private void Finish(string target)
    {
        disk.Delete(Path.Combine(target, DataFolder.RestoringName));
        disk.SyncFolder(target);
    }

    private void RemoveWhatWasWritten(string target)
    {
        try
        {
            Empty(target);
            disk.Delete(Path.Combine(target, DataFolder.RestoringName));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The mark is still there: nobody takes the folder for whole, and the next run begins anew.
        }
    }

    // All but the mark, which goes last.
    private void Empty(string folder)
    {
        foreach (string name in disk.List(folder).Where(name => name is not (DataFolder.RestoringName or LostAndFound)))
        {
            string path = Path.Combine(folder, name);
            if (disk.FolderExists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                disk.Delete(path);
            }
        }
    }
}
