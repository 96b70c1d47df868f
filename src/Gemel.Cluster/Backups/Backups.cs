using System.Security.Cryptography;
using Gemel.History;
using Gemel.Journal;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>The backups that are open, each with what it holds.</summary>
internal sealed class Backups : IBackups, IDisposable
{
    private const int IdBytes = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _open = new(StringComparer.Ordinal);
    private readonly DataFolder _folder;
    private readonly CommitLog _log;
    private readonly CheckpointStore _checkpoints;
    private readonly HistoryStore _history;
    private readonly Checkpointer _checkpointer;
    private readonly BackupOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _beginning;
    private bool _isDisposed;

    public Backups(
        DataFolder folder, CommitLog log, CheckpointStore checkpoints, HistoryStore history, Checkpointer checkpointer,
        BackupOptions options, TimeProvider clock, ILogger logger)
    {
        (_folder, _log, _checkpoints, _history, _checkpointer) = (folder, log, checkpoints, history, checkpointer);
        (_options, _clock, _logger) = (options, clock, logger);
        _timer = clock.CreateTimer(_ => EndIdle(), null, options.Idle / 4, options.Idle / 4);
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    public async Task<OpenBackup> BeginAsync(CancellationToken cancellationToken)
    {
        Reserve();
        try
        {
            await WriteCheckpointAsync(cancellationToken).ConfigureAwait(false);
            // Reads the journal behind the checkpoint, for its hashes.
            BackupSet set = await Task.Run(Capture, cancellationToken).ConfigureAwait(false);
            return Keep(set);
        }
        finally
        {
            lock (_gate)
            {
                _beginning--;
            }
        }
    }

    // A newer checkpoint only makes a backup smaller: on a disk that takes none, when a backup is wanted most, the one before and the journal behind it hold all.
    private async Task WriteCheckpointAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _checkpointer.WriteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GemelException refused) when (refused.Error.Code == JournalErrors.WriteFailed)
        {
            Log.BackupWithoutCheckpoint(_logger, refused.Message);
        }
    }

    public OpenBackup Get(string id)
    {
        lock (_gate)
        {
            Entry entry = Find(id);
            entry.Touch(_clock);
            return Describe(id, entry);
        }
    }

    public BackupContent Open(string id, string name)
    {
        lock (_gate)
        {
            Entry entry = Find(id);
            try
            {
                (BackupFile file, Stream stream) = entry.Set.Open(name) ?? throw new GemelException(ClusterErrors.BackupFileNotFound.With(id, name));
                entry.Readers++;
                return new BackupContent(file, stream, () => Close(entry));
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                throw new GemelException(JournalErrors.Unreadable.With(name, refused.Message), refused);
            }
        }
    }

    public void End(string id)
    {
        lock (_gate)
        {
            if (_open.Remove(id, out Entry? entry))
            {
                // A reader that is under way has its file open and reads it to the end.
                entry.Set.Dispose();
                Log.BackupEnded(_logger, entry.Set.Commit);
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            foreach (Entry entry in _open.Values)
            {
                entry.Set.Dispose();
            }
            _open.Clear();
        }
    }

    private void Reserve()
    {
        lock (_gate)
        {
            if (_open.Count + _beginning >= _options.MaxOpen)
            {
                throw new GemelException(ClusterErrors.TooManyBackups.With(_options.MaxOpen, _options.Idle.TotalMinutes));
            }
            _beginning++;
        }
    }

    private BackupSet Capture()
    {
        try
        {
            return BackupSet.Capture(_folder, _log, _checkpoints, _history);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(JournalErrors.Unreadable.With(_folder.Root, refused.Message), refused);
        }
    }

    private OpenBackup Keep(BackupSet set)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        lock (_gate)
        {
            if (_isDisposed)
            {
                set.Dispose();
                throw new GemelException(ClusterErrors.Stopping.With());
            }
            Entry entry = new(set);
            entry.Touch(_clock);
            _open.Add(id, entry);
            Log.BackupBegun(_logger, set.Commit, set.Files.Count, set.Files.Sum(file => file.Bytes));
            return Describe(id, entry);
        }
    }

    private Entry Find(string id) => _open.TryGetValue(id, out Entry? entry) ? entry : throw new GemelException(ClusterErrors.BackupNotFound.With(id));

    private void Close(Entry entry)
    {
        lock (_gate)
        {
            entry.Readers--;
            entry.Touch(_clock);
        }
    }

    private void EndIdle()
    {
        string[] idle;
        lock (_gate)
        {
            idle = [.. _open.Where(each => each.Value.Readers == 0 && _clock.GetElapsedTime(each.Value.LastUse) >= _options.Idle).Select(each => each.Key)];
        }
        foreach (string id in idle)
        {
            End(id);
        }
    }

    private OpenBackup Describe(string id, Entry entry) => new(
        id, _folder.Instance, entry.Set.Commit, entry.Set.Time, Timestamp.From(_clock.GetUtcNow()).Add(_options.Idle), entry.Set.Files);

    private sealed class Entry(BackupSet set)
    {
        public BackupSet Set { get; } = set;

        public int Readers { get; set; }

        public long LastUse { get; private set; }

        public void Touch(TimeProvider clock) => LastUse = clock.GetTimestamp();
    }
}
