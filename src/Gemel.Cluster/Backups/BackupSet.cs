using System.Buffers;
using System.IO.Hashing;
using Gemel.History;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>What one backup consists of, held on the disk until it is disposed.</summary>
internal sealed class BackupSet : IDisposable
{
    private const int ReadBytes = 1 << 20;

    private readonly IReadOnlyList<IDisposable> _holds;
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);

    private BackupSet(long commit, Timestamp time, IReadOnlyList<IDisposable> holds) => (Commit, Time, _holds) = (commit, time, holds);

    public long Commit { get; }

    public Timestamp Time { get; }

    public IReadOnlyList<BackupFile> Files => [.. _sources.Values.Select(source => source.File)];

    /// <summary>Takes the newest checkpoint, the files of history, and the journal from the older of the two to its end.</summary>
    /// <remarks>
    /// In this order, and nothing needs to stand still: what is held of the journal first is older than what checkpoint and history hold afterwards,
    /// and its end is looked at last; so it holds all that those two lack, and no commit that the end does not have.
    /// </remarks>
    public static BackupSet Capture(DataFolder folder, CommitLog log, CheckpointStore checkpoints, HistoryStore history)
    {
        List<IDisposable> holds = [];
        try
        {
            holds.Add(log.Hold(Math.Min(checkpoints.Latest?.Commit ?? 0, history.DurableCommit) + 1));
            HeldCheckpoint? checkpoint = checkpoints.HoldLatest();
            if (checkpoint is not null)
            {
                holds.Add(checkpoint);
            }
            HistoryCapture files = history.Capture();
            holds.Add(files);
            JournalCapture journal = log.Capture(Math.Min(checkpoint?.Checkpoint.Commit ?? 0, files.Commit) + 1);
            BackupSet set = new(journal.Commit, journal.Time, holds);
            set.AddAll(folder, journal, checkpoint, files);
            return set;
        }
        catch
        {
            holds.ForEach(hold => hold.Dispose());
            throw;
        }
    }

    /// <returns>Null where the backup has no file of that name.</returns>
    public (BackupFile File, Stream Stream)? Open(string name)
    {
        if (!_sources.TryGetValue(name, out Source? source))
        {
            return null;
        }
        Stream stream = source.Path is { } path
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, ReadBytes, FileOptions.Asynchronous | FileOptions.SequentialScan)
            : new MemoryStream(source.Content.ToArray(), writable: false);
        return (source.File, stream);
    }

    public void Dispose()
    {
        foreach (IDisposable hold in _holds)
        {
            hold.Dispose();
        }
    }

    private void AddAll(DataFolder folder, JournalCapture journal, HeldCheckpoint? checkpoint, HistoryCapture history)
    {
        Add(DataFolder.DocumentName, File.ReadAllBytes(Path.Combine(folder.Root, DataFolder.DocumentName)));
        string journalFolder = Path.GetFileName(folder.Journal);
        foreach (CapturedSegment segment in journal.Files)
        {
            Add($"{journalFolder}/{segment.Name}", segment.Path, segment.Bytes, hash: null);
        }
        Add($"{journalFolder}/{JournalCapture.WitnessName}", journal.Witness);
        if (checkpoint is not null)
        {
            string checkpointFolder = Path.GetFileName(folder.Checkpoints);
            Add($"{checkpointFolder}/{Path.GetFileName(checkpoint.ManifestPath)}", File.ReadAllBytes(checkpoint.ManifestPath));
            foreach ((CheckpointPart part, string path) in checkpoint.Checkpoint.Parts.Zip(checkpoint.PartPaths))
            {
                Add($"{checkpointFolder}/{part.File}", path, part.Bytes, part.Checksum);
            }
        }
        AddHistory(Path.GetFileName(folder.History), history);
    }

    private void AddHistory(string folder, HistoryCapture history)
    {
        Add($"{folder}/{HistoryCapture.ManifestName}", history.Manifest);
        if (history.Series.Bytes > 0)
        {
            Add($"{folder}/{history.Series.Name}", history.Series.Path, history.Series.Bytes, history.Series.Hash);
        }
        foreach (CapturedFile file in history.Files)
        {
            Add($"{folder}/{file.Name}", file.Path, file.Bytes, file.Hash);
        }
    }

    private void Add(string name, ReadOnlyMemory<byte> content) =>
        _sources[name] = new Source(new BackupFile(name, content.Length, Convert.ToHexStringLower(XxHash128.Hash(content.Span))), Path: null, content);

    private void Add(string name, string path, long bytes, string? hash) =>
        _sources[name] = new Source(new BackupFile(name, bytes, hash ?? HashOf(path, bytes)), path, default);

    private static string HashOf(string path, long bytes)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            XxHash128 hash = new();
            for (long left = bytes; left > 0;)
            {
                int read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (read == 0)
                {
                    throw new IOException($"'{path}' ended {left} bytes early.");
                }
                hash.Append(buffer.AsSpan(0, read));
                left -= read;
            }
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <param name="Path">Null where the content is in memory.</param>
    private sealed record Source(BackupFile File, string? Path, ReadOnlyMemory<byte> Content);
}
