namespace Gemel.History;

/// <summary>Takes sorted rows, leaves out repetitions, and writes row groups into one new file.</summary>
internal sealed class SampleOutput : IDisposable
{
    private const int RowGroupTextBytes = 64 << 20;

    private readonly int _rowGroupRows;
    private readonly SampleFileWriter _writer;
    private readonly RowBatch _pending;
    // Invariant: the last row written to a file, once there is one; what comes next may repeat it.
    private readonly RowBatch _last = new();

    public SampleOutput(string path, SeriesCatalog catalog, int rowGroupRows, RowGroupMemory memory)
    {
        _rowGroupRows = rowGroupRows;
        _writer = new SampleFileWriter(path, catalog, memory);
        _pending = memory.Pending;
        _pending.Clear();
    }

    /// <summary>Adds rows that follow those before in the order of the files.</summary>
    public void Add(RowBatch rows, int start, int count)
    {
        int end = start + count;
        int run = start;
        for (int row = start; row < end; row++)
        {
            if (Repeats(rows, row, run))
            {
                AddRun(rows, run, row - run);
                run = row + 1;
            }
        }
        AddRun(rows, run, end - run);
    }

    /// <summary>Writes what is pending and ends the file.</summary>
    public SampleFile Close(string relativePath)
    {
        Flush();
        return _writer.Close(relativePath);
    }

    public void Dispose() => _writer.Dispose();

    // A row repeats the one kept before it: same series, time, value, quality and reason.
    private bool Repeats(RowBatch rows, int row, int run)
    {
        (RowBatch before, int at) = row > run ? (rows, row - 1)
            : _pending.Count > 0 ? (_pending, _pending.Count - 1)
            : (_last, _last.Count - 1);
        return at >= 0 && rows.SameKey(row, before, at) && rows.SameValue(row, before, at);
    }

    private void AddRun(RowBatch rows, int start, int count)
    {
        while (count > 0)
        {
            int taken = Math.Min(count, _rowGroupRows - _pending.Count);
            _pending.CopyFrom(rows, start, taken);
            (start, count) = (start + taken, count - taken);
            if (_pending.Count == _rowGroupRows || _pending.TextBytes > RowGroupTextBytes)
            {
                Flush();
            }
        }
    }

    private void Flush()
    {
        if (_pending.Count > 0)
        {
            _writer.Write(_pending);
            _last.Clear();
            _last.CopyFrom(_pending, _pending.Count - 1, 1);
            _pending.Clear();
        }
    }
}
