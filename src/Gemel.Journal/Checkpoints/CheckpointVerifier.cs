using System.Buffers;
using System.IO.Hashing;

namespace Gemel.Journal;

/// <summary>Reads every byte of the newest checkpoint and changes nothing.</summary>
public static class CheckpointVerifier
{
    private const int ReadBytes = 1 << 20;

    /// <param name="read">Called with the bytes read since the last call.</param>
    /// <exception cref="GemelException">GMJ024, the disk refused.</exception>
    public static CheckpointReport Verify(IJournalFiles files, string folder, Guid instance, Action<long> read, CancellationToken cancellationToken)
    {
        if (!files.FolderExists(folder))
        {
            return new CheckpointReport(null, 0, 0, [], []);
        }
        try
        {
            return new Look(files, folder, read, cancellationToken).Run(instance);
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(folder, failure.Message), failure);
        }
    }

    private sealed class Look(IJournalFiles files, string folder, Action<long> read, CancellationToken cancellationToken)
    {
        private readonly List<GemelError> _damage = [];
        private long _bytes;

        public CheckpointReport Run(Guid instance)
        {
            IReadOnlyList<string> names = files.List(folder);
            long newest = names.Max(name => CheckpointManifest.TryParseName(name, out long commit) ? commit : (long?)null) ?? -1;
            Checkpoint? checkpoint = newest < 0 ? null : ReadManifest(instance, newest);
            foreach (CheckpointPart part in checkpoint?.Parts ?? [])
            {
                Check(checkpoint!, part);
            }
            HashSet<string> needed = checkpoint is null ? [] : [CheckpointManifest.FileName(newest), .. checkpoint.Parts.Select(part => part.File)];
            int unneeded = _damage.Count > 0 ? 0 : names.Count(name => !needed.Contains(name));
            string[] notices = unneeded == 0 ? [] : [$"{unneeded} files in '{folder}' belong to no checkpoint; the next start removes those of an interrupted one."];
            return new CheckpointReport(checkpoint, needed.Count, _bytes, _damage, notices);
        }

        private Checkpoint? ReadManifest(Guid instance, long commit)
        {
            try
            {
                return CheckpointManifest.Read(files, folder, instance, commit);
            }
            catch (GemelException damaged)
            {
                _damage.AddRange(damaged.Errors);
                return null;
            }
        }

        private void Check(Checkpoint checkpoint, CheckpointPart part)
        {
            string path = Path.Combine(folder, part.File);
            string? problem = files.FileExists(path) ? Compare(path, part) : "is missing";
            if (problem is not null)
            {
                _damage.Add(JournalErrors.CheckpointDamaged.With(checkpoint.Commit, path, problem));
            }
        }

        private string? Compare(string path, CheckpointPart part)
        {
            using IJournalFile file = files.Open(path, writable: false);
            if (file.Length != part.Bytes)
            {
                return $"has {file.Length} bytes, {part.Bytes} were written";
            }
            byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
            var hash = new XxHash128();
            for (long at = 0; at < part.Bytes;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = file.Read(buffer.AsSpan(0, ReadBytes), at);
                hash.Append(buffer.AsSpan(0, count));
                at += count;
                _bytes += count;
                read(count);
            }
            ArrayPool<byte>.Shared.Return(buffer);
            string found = Convert.ToHexStringLower(hash.GetCurrentHash());
            return found == part.Checksum ? null : $"has the checksum {found}, {part.Checksum} was written";
        }
    }
}
