using ParquetSharp;
using ParquetSharp.Schema;

namespace Gemel.History;

/// <summary>Writes row groups, sorted by series, source time and order of arrival, into one new file.</summary>
/// <remarks>Owned by one thread. The file is complete after <see cref="Close"/>, but not yet synced.</remarks>
internal sealed class SampleFileWriter : IDisposable
{
    private readonly SeriesCatalog _catalog;
    private readonly NativeNames _names = new();
    private readonly ParquetFileWriter _writer;
    private readonly string _path;
    private readonly ByteArray[] _kinds;
    private readonly ByteArray[] _qualities;
    private ByteArray[] _texts = [];
    private long[] _longs = [];
    private double[] _doubles = [];
    private int[] _integers = [];
    private short[] _levels = [];
    private SampleFile _summary = new("", 0, 0, long.MaxValue, long.MinValue, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue);

    public SampleFileWriter(string path, SeriesCatalog catalog)
    {
        (_path, _catalog) = (path, catalog);
        using GroupNode schema = SampleColumns.Schema();
        using WriterProperties properties = SampleColumns.Properties();
        _writer = new ParquetFileWriter(path, schema, properties);
        _kinds = [.. SampleColumns.KindNames.Select(name => _names[name])];
        _qualities = [.. Enum.GetValues<Quality>().Select(quality => _names[quality.Name()])];
    }

    public long Rows => _summary.Rows;

    /// <summary>Writes one row group.</summary>
    /// <param name="batch">At least one row; goes on where the last one ended.</param>
    public void Write(RowBatch batch)
    {
        Reserve(batch.Count);
        using RowGroupWriter group = _writer.AppendRowGroup();
        WriteNames(group, batch, series => _names[series.TwinId]);
        WriteNames(group, batch, series => _names[series.Path]);
        WriteUnits(group, batch);
        WriteTimes(group, batch.Time.AsSpan(0, batch.Count));
        WriteCodes(group, batch.Kind.AsSpan(0, batch.Count), _kinds);
        WriteValues(group, batch);
        WriteIntegers(group, batch);
        WriteTexts(group, batch);
        WriteCodes(group, batch.Quality.AsSpan(0, batch.Count), _qualities);
        WriteReasons(group, batch);
        WriteFlags(group, batch);
        WriteTimes(group, batch.Server.AsSpan(0, batch.Count));
        WriteClaims(group, batch);
        Next<long>(group).WriteBatch(batch.Commit.AsSpan(0, batch.Count));
        Next<int>(group).WriteBatch(batch.Series.AsSpan(0, batch.Count));
        WriteKeys(group, batch);
        Summarize(batch);
    }

    /// <summary>Ends the file.</summary>
    /// <returns>What the manifest says of it, under <paramref name="relativePath"/>.</returns>
    public SampleFile Close(string relativePath)
    {
        _writer.Close();
        return _summary with { Path = relativePath, Bytes = new FileInfo(_path).Length };
    }

    public void Dispose()
    {
        _writer.Dispose();
        _names.Dispose();
    }

    private static ColumnWriter<T> Next<T>(RowGroupWriter group)
        where T : unmanaged => (ColumnWriter<T>)group.NextColumn();

    // Rows come sorted by series: one look-up per run.
    private void WriteNames(RowGroupWriter group, RowBatch batch, Func<Series, ByteArray> name)
    {
        for (int row = 0; row < batch.Count;)
        {
            int end = RunEnd(batch, row);
            _texts.AsSpan(row, end - row).Fill(name(_catalog[new SeriesId(batch.Series[row])]));
            row = end;
        }
        Next<ByteArray>(group).WriteBatch(_texts.AsSpan(0, batch.Count));
    }

    private void WriteUnits(RowGroupWriter group, RowBatch batch)
    {
        int used = 0;
        for (int row = 0; row < batch.Count;)
        {
            int end = RunEnd(batch, row);
            string? unit = _catalog[new SeriesId(batch.Series[row])].Unit;
            _levels.AsSpan(row, end - row).Fill(unit is null ? (short)0 : (short)1);
            if (unit is not null)
            {
                _texts.AsSpan(used, end - row).Fill(_names[unit]);
                used += end - row;
            }
            row = end;
        }
        WriteOptional(group, batch.Count, _texts.AsSpan(0, used));
    }

    private void WriteKeys(RowGroupWriter group, RowBatch batch)
    {
        for (int row = 0; row < batch.Count;)
        {
            int end = RunEnd(batch, row);
            _longs.AsSpan(row, end - row).Fill((long)_catalog[new SeriesId(batch.Series[row])].Twin.Value);
            row = end;
        }
        Next<long>(group).WriteBatch(_longs.AsSpan(0, batch.Count));
    }

    private void WriteTimes(RowGroupWriter group, ReadOnlySpan<long> ticks)
    {
        for (int row = 0; row < ticks.Length; row++)
        {
            _longs[row] = new Timestamp(ticks[row]).UnixNanoseconds;
        }
        Next<long>(group).WriteBatch(_longs.AsSpan(0, ticks.Length));
    }

    private void WriteCodes(RowGroupWriter group, ReadOnlySpan<byte> codes, ByteArray[] names)
    {
        for (int row = 0; row < codes.Length; row++)
        {
            _texts[row] = names[codes[row]];
        }
        Next<ByteArray>(group).WriteBatch(_texts.AsSpan(0, codes.Length));
    }

    private void WriteValues(RowGroupWriter group, RowBatch batch)
    {
        int used = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            var kind = (ValueKind)batch.Kind[row];
            bool isNumber = kind is >= ValueKind.Boolean and <= ValueKind.Double;
            _levels[row] = isNumber ? (short)1 : (short)0;
            if (isNumber)
            {
                long bits = batch.Bits[row];
                _doubles[used++] = kind >= ValueKind.Single ? BitConverter.Int64BitsToDouble(bits) : bits;
            }
        }
        WriteOptional(group, batch.Count, _doubles.AsSpan(0, used));
    }

    private void WriteIntegers(RowGroupWriter group, RowBatch batch)
    {
        int used = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            bool isExact = (ValueKind)batch.Kind[row] is ValueKind.Boolean or ValueKind.Integer or ValueKind.Enum;
            _levels[row] = isExact ? (short)1 : (short)0;
            if (isExact)
            {
                _longs[used++] = batch.Bits[row];
            }
        }
        WriteOptional(group, batch.Count, _longs.AsSpan(0, used));
    }

    private unsafe void WriteTexts(RowGroupWriter group, RowBatch batch)
    {
        // SAFETY: the batch's text is pinned while the writer copies from it.
        fixed (byte* text = batch.AllText)
        {
            int used = 0;
            for (int row = 0; row < batch.Count; row++)
            {
                bool hasText = batch.HasTextAt(row);
                _levels[row] = hasText ? (short)1 : (short)0;
                if (hasText)
                {
                    (int start, int length) = batch.TextRange(row);
                    _texts[used++] = new ByteArray((nint)(text + start), length);
                }
            }
            WriteOptional(group, batch.Count, _texts.AsSpan(0, used));
        }
    }

    private void WriteReasons(RowGroupWriter group, RowBatch batch)
    {
        int used = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            string? reason = batch.Reason(row);
            _levels[row] = reason is null ? (short)0 : (short)1;
            if (reason is not null)
            {
                _texts[used++] = _names[reason];
            }
        }
        WriteOptional(group, batch.Count, _texts.AsSpan(0, used));
    }

    private void WriteClaims(RowGroupWriter group, RowBatch batch)
    {
        int used = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            long claimed = batch.Claimed(row);
            _levels[row] = claimed == 0 ? (short)0 : (short)1;
            if (claimed != 0)
            {
                _longs[used++] = FileTime.ToNanoseconds(claimed);
            }
        }
        WriteOptional(group, batch.Count, _longs.AsSpan(0, used));
    }

    private void WriteFlags(RowGroupWriter group, RowBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            _integers[row] = batch.Flags[row];
        }
        Next<int>(group).WriteBatch(_integers.AsSpan(0, batch.Count));
    }

    private void WriteOptional<T>(RowGroupWriter group, int rows, ReadOnlySpan<T> values)
        where T : unmanaged => Next<T>(group).WriteBatch(rows, _levels.AsSpan(0, rows), default, values);

    private static int RunEnd(RowBatch batch, int row)
    {
        int end = batch.Series.AsSpan(row, batch.Count - row).IndexOfAnyExcept(batch.Series[row]);
        return end < 0 ? batch.Count : row + end;
    }

    private void Summarize(RowBatch batch)
    {
        long minTime = _summary.MinTime;
        long maxTime = _summary.MaxTime;
        long minCommit = _summary.MinCommit;
        long maxCommit = _summary.MaxCommit;
        for (int row = 0; row < batch.Count; row++)
        {
            minTime = Math.Min(minTime, batch.Time[row]);
            maxTime = Math.Max(maxTime, batch.Time[row]);
            minCommit = Math.Min(minCommit, batch.Commit[row]);
            maxCommit = Math.Max(maxCommit, batch.Commit[row]);
        }
        _summary = _summary with
        {
            Rows = _summary.Rows + batch.Count,
            MinTime = minTime,
            MaxTime = maxTime,
            MinCommit = minCommit,
            MaxCommit = maxCommit,
            MinSeries = Math.Min(_summary.MinSeries, batch.Series[0]),
            MaxSeries = Math.Max(_summary.MaxSeries, batch.Series[batch.Count - 1]),
        };
    }

    private void Reserve(int rows)
    {
        if (_levels.Length < rows)
        {
            (_texts, _longs, _doubles, _integers, _levels) = (new ByteArray[rows], new long[rows], new double[rows], new int[rows], new short[rows]);
        }
    }
}
