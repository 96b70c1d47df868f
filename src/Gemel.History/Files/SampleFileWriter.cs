using Apache.Arrow;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Gemel.History;

/// <summary>Writes row groups, sorted by series, source time and order of arrival, into one new file.</summary>
/// <remarks>
/// Columns go to Parquet as Arrow arrays: names as numbers into dictionaries, found once for each run of a series.
/// Owned by one thread. The file is complete after <see cref="Close"/>, but not yet synced. Benchmark: <c>Gemel.History.Bench</c>.
/// </remarks>
internal sealed class SampleFileWriter : IDisposable
{
    private static readonly string[] QualityNames = [.. Enum.GetValues<Quality>().Select(quality => quality.Name())];

    private readonly SeriesCursor _series;
    private readonly FileWriter _writer;
    private readonly string _path;
    private readonly NameColumn _names;
    private readonly ColumnBuffer<long> _longs;
    private readonly ColumnBuffer<double> _doubles;
    private readonly ColumnBuffer<int> _integers;
    private readonly RowGroupMemory _memory;
    private SampleFile _summary = new("", 0, 0, long.MaxValue, long.MinValue, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue);

    public SampleFileWriter(string path, SeriesCatalog catalog, RowGroupMemory memory)
    {
        (_path, _series, _memory) = (path, new SeriesCursor(catalog), memory);
        (_names, _longs, _doubles, _integers) = (memory.Names, memory.Longs, memory.Doubles, memory.Integers);
        using WriterProperties properties = SampleColumns.Properties();
        _writer = new FileWriter(path, SampleColumns.Schema, properties);
    }

    public long Rows => _summary.Rows;

    /// <summary>Writes one row group.</summary>
    /// <param name="batch">At least one row; goes on where the last one ended.</param>
    public void Write(RowBatch batch)
    {
        _writer.NewRowGroup();
        WriteNames(batch, series => series.TwinId);
        WriteNames(batch, series => series.Name.Path);
        WriteNames(batch, series => series.Name.Unit);
        WriteTimes(batch.Time.AsSpan(0, batch.Count));
        WriteCodes(batch.Kind.AsSpan(0, batch.Count), SampleColumns.KindNames);
        WriteValues(batch);
        WriteIntegers(batch);
        WriteTexts(batch);
        WriteCodes(batch.Quality.AsSpan(0, batch.Count), QualityNames);
        WriteReasons(batch);
        WriteFlags(batch);
        WriteTimes(batch.Server.AsSpan(0, batch.Count));
        WriteClaims(batch);
        WriteCommits(batch);
        WriteSeries(batch);
        WriteKeys(batch);
        Summarize(batch);
    }

    /// <summary>Ends the file.</summary>
    /// <returns>What the manifest says of it, under <paramref name="relativePath"/>.</returns>
    public SampleFile Close(string relativePath)
    {
        _writer.Close();
        return _summary with { Path = relativePath, Bytes = new FileInfo(_path).Length };
    }

    public void Dispose() => _writer.Dispose();

    // Rows come sorted by series: one look-up per run.
    private void WriteNames(RowBatch batch, Func<SeriesCursor, string?> name)
    {
        _names.Begin(batch.Count);
        for (int row = 0; row < batch.Count;)
        {
            int end = RunEnd(batch, row);
            _series.MoveTo(batch.Series[row]);
            _names.Fill(row, end - row, name(_series));
            row = end;
        }
        WriteNames();
    }

    private void WriteCodes(ReadOnlySpan<byte> codes, string[] names)
    {
        _names.Begin(codes.Length);
        _names.Fill(codes, names);
        WriteNames();
    }

    private void WriteReasons(RowBatch batch)
    {
        _names.Begin(batch.Count);
        if (!batch.HasExtras)
        {
            _names.Fill(0, batch.Count, name: null);
        }
        for (int row = 0; batch.HasExtras && row < batch.Count; row++)
        {
            _names.Fill(row, 1, batch.Reason(row));
        }
        WriteNames();
    }

    private void WriteNames()
    {
        using DictionaryArray array = _names.ToArray();
        _writer.WriteColumnChunk(array);
    }

    private void WriteTimes(ReadOnlySpan<long> ticks)
    {
        Span<long> slots = _longs.Begin(ticks.Length);
        for (int row = 0; row < ticks.Length; row++)
        {
            slots[row] = new Timestamp(ticks[row]).UnixNanoseconds;
        }
        WriteTimes(ticks.Length);
    }

    private void WriteClaims(RowBatch batch)
    {
        Span<long> slots = _longs.Begin(batch.Count);
        if (!batch.HasExtras)
        {
            _longs.SetNull(0, batch.Count);
        }
        for (int row = 0; batch.HasExtras && row < batch.Count; row++)
        {
            long claimed = batch.Claimed(row);
            slots[row] = claimed == 0 ? 0 : FileTime.ToNanoseconds(claimed);
            if (claimed == 0)
            {
                _longs.SetNull(row);
            }
        }
        WriteTimes(batch.Count);
    }

    private void WriteTimes(int rows)
    {
        using var array = new TimestampArray(SampleColumns.TimeType, _longs.Values, _longs.Validity, rows, _longs.NullCount, offset: 0);
        _writer.WriteColumnChunk(array);
    }

    private void WriteValues(RowBatch batch)
    {
        Span<double> slots = _doubles.Begin(batch.Count);
        for (int row = 0; row < slots.Length; row++)
        {
            var kind = (ValueKind)batch.Kind[row];
            long bits = batch.Bits[row];
            slots[row] = kind >= ValueKind.Single ? BitConverter.Int64BitsToDouble(bits) : bits;
            if (kind is not (>= ValueKind.Boolean and <= ValueKind.Double))
            {
                _doubles.SetNull(row);
            }
        }
        using var array = new DoubleArray(_doubles.Values, _doubles.Validity, batch.Count, _doubles.NullCount, offset: 0);
        _writer.WriteColumnChunk(array);
    }

    private void WriteIntegers(RowBatch batch)
    {
        _longs.Begin(batch.Bits.AsSpan(0, batch.Count));
        for (int row = 0; row < batch.Count; row++)
        {
            if ((ValueKind)batch.Kind[row] is not (ValueKind.Boolean or ValueKind.Integer or ValueKind.Enum))
            {
                _longs.SetNull(row);
            }
        }
        WriteLongs(batch.Count);
    }

    private void WriteTexts(RowBatch batch)
    {
        Span<int> ends = _integers.Begin(batch.Count + 1);
        ends[0] = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            ends[row + 1] = ends[row] + batch.Text(row).Length;
        }
        Span<byte> text = _memory.Text.Begin(ends[batch.Count]);
        ColumnBuffer<byte> textRows = _memory.TextRows;
        textRows.Begin(batch.Count);
        for (int row = 0; row < batch.Count; row++)
        {
            batch.Text(row).CopyTo(text[ends[row]..]);
            if (!batch.HasTextAt(row))
            {
                textRows.SetNull(row);
            }
        }
        using var array = new StringArray(batch.Count, _integers.Values, _memory.Text.Values, textRows.Validity, textRows.NullCount, offset: 0);
        _writer.WriteColumnChunk(array);
    }

    private void WriteFlags(RowBatch batch)
    {
        Span<int> slots = _integers.Begin(batch.Count);
        for (int row = 0; row < slots.Length; row++)
        {
            slots[row] = batch.Flags[row];
        }
        WriteIntegers(batch.Count);
    }

    private void WriteCommits(RowBatch batch)
    {
        _longs.Begin(batch.Commit.AsSpan(0, batch.Count));
        WriteLongs(batch.Count);
    }

    private void WriteSeries(RowBatch batch)
    {
        _integers.Begin(batch.Series.AsSpan(0, batch.Count));
        WriteIntegers(batch.Count);
    }

    private void WriteKeys(RowBatch batch)
    {
        ColumnBuffer<ulong> keys = _memory.Keys;
        Span<ulong> slots = keys.Begin(batch.Count);
        for (int row = 0; row < batch.Count;)
        {
            int end = RunEnd(batch, row);
            _series.MoveTo(batch.Series[row]);
            slots[row..end].Fill(_series.Twin.Value);
            row = end;
        }
        using var array = new UInt64Array(keys.Values, keys.Validity, batch.Count, nullCount: 0, offset: 0);
        _writer.WriteColumnChunk(array);
    }

    private void WriteLongs(int rows)
    {
        using var array = new Int64Array(_longs.Values, _longs.Validity, rows, _longs.NullCount, offset: 0);
        _writer.WriteColumnChunk(array);
    }

    private void WriteIntegers(int rows)
    {
        using var array = new Int32Array(_integers.Values, _integers.Validity, rows, _integers.NullCount, offset: 0);
        _writer.WriteColumnChunk(array);
    }

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
}
