namespace Gemel.History;

/// <summary>Keeps open readers and the runs of row groups at hand, so that the next read of a file parses nothing anew.</summary>
/// <remarks>Threading: safe. A reader belongs to whoever rented it until it is returned. Bounded by
/// <see cref="IdleReaders"/> and <see cref="CachedRuns"/>; the least recently used go first.</remarks>
internal sealed class SampleFileReaders(string folder, FileChecks checks) : IDisposable
{
    private const int IdleReaders = 64;
    private const long CachedRuns = 8_000_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<SampleFileReader> _idle = [];
    private readonly Dictionary<(string Path, int Group), SeriesRuns> _runs = [];
    private readonly Queue<(string Path, int Group)> _runsByAge = new();
    private long _runCount;
    private bool _isDisposed;

    /// <summary>A reader of a file that is what the manifest says: the first time in a process, all of it is looked at.</summary>
    /// <exception cref="GemelException">GMH004, GMH006, GMH009, the file is missing, damaged or cannot be read.</exception>
    public SampleFileReader Rent(SampleFile file)
    {
        string path = Path.Combine(folder, file.Path);
        lock (_lock)
        {
            for (LinkedListNode<SampleFileReader>? node = _idle.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Path == path)
                {
                    _idle.Remove(node);
                    return node.Value;
                }
            }
        }
        checks.Require(file);
        return Guarded(path, () => new SampleFileReader(path));
    }

    public void Return(SampleFileReader reader)
    {
        SampleFileReader? surplus = null;
        lock (_lock)
        {
            _idle.AddLast(reader);
            if (_isDisposed || _idle.Count > IdleReaders)
            {
                surplus = _idle.First!.Value;
                _idle.RemoveFirst();
            }
        }
        surplus?.Dispose();
    }

    /// <summary>Where the series of a row group begin.</summary>
    public SeriesRuns Runs(SampleFileReader reader, int group)
    {
        lock (_lock)
        {
            if (_runs.TryGetValue((reader.Path, group), out SeriesRuns? known))
            {
                return known;
            }
        }
        SeriesRuns runs = Guarded(reader.Path, () => SeriesRuns.Of(reader.ReadSeries(group)));
        lock (_lock)
        {
            if (_runs.TryAdd((reader.Path, group), runs))
            {
                _runsByAge.Enqueue((reader.Path, group));
                _runCount += runs.Count;
            }
            while (_runCount > CachedRuns && _runsByAge.TryDequeue(out (string Path, int Group) oldest) && _runs.Remove(oldest, out SeriesRuns? dropped))
            {
                _runCount -= dropped.Count;
            }
        }
        return runs;
    }

    /// <summary>Closes the idle readers of a file that is to be unlinked.</summary>
    public void Forget(SampleFile file)
    {
        string path = Path.Combine(folder, file.Path);
        List<SampleFileReader> closed = [];
        lock (_lock)
        {
            for (LinkedListNode<SampleFileReader>? node = _idle.First; node is not null;)
            {
                LinkedListNode<SampleFileReader>? next = node.Next;
                if (node.Value.Path == path)
                {
                    closed.Add(node.Value);
                    _idle.Remove(node);
                }
                node = next;
            }
        }
        closed.ForEach(reader => reader.Dispose());
        checks.Forget(file);
    }

    public void Dispose()
    {
        SampleFileReader[] idle;
        lock (_lock)
        {
            _isDisposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }
        foreach (SampleFileReader reader in idle)
        {
            reader.Dispose();
        }
    }

    /// <summary>Gives what the Parquet library throws the name of the file.</summary>
    internal static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ParquetSharp.ParquetException or InvalidDataException or IOException)
        {
            throw new GemelException(HistoryErrors.DamagedFile.With(path, e.Message), e);
        }
    }
}
