using ParquetSharp;

namespace Gemel.History;

/// <summary>Reads row groups, or parts of them, of one file. Owned by one thread at a time.</summary>
internal sealed class SampleFileReader : IDisposable
{
    private readonly ParquetFileReader _reader;
    private short[] _levels = [];
    private long[] _longs = [];
    private double[] _doubles = [];
    private int[] _integers = [];
    private ByteArray[] _texts = [];

    public SampleFileReader(string path)
    {
        Path = path;
        _reader = new ParquetFileReader(path);
        RowGroups = new RowGroup[_reader.FileMetaData.NumRowGroups];
        for (int i = 0; i < RowGroups.Length; i++)
        {
            RowGroups[i] = Describe(i);
        }
    }

    public string Path { get; }

    public RowGroup[] RowGroups { get; }

    /// <summary>The series column of a row group, ascending.</summary>
    public int[] ReadSeries(int group)
    {
        using RowGroupReader rows = _reader.RowGroup(group);
        var series = new int[RowGroups[group].Rows];
        ReadRequired(rows, SampleColumns.Series, 0, series);
        return series;
    }

    /// <summary>The source times (ticks) of some rows of a row group.</summary>
    public long[] ReadTimes(int group, int start, int count)
    {
        using RowGroupReader rows = _reader.RowGroup(group);
        var times = new long[count];
        ReadTimes(rows, SampleColumns.Time, start, times);
        return times;
    }

    /// <summary>Adds some rows of a row group to the end of <paramref name="batch"/>.</summary>
    public void Read(int group, int start, int count, RowBatch batch)
    {
        Reserve(count);
        batch.Reserve(count);
        int at = batch.Count;
        using RowGroupReader rows = _reader.RowGroup(group);
        ReadRequired(rows, SampleColumns.Series, start, batch.Series.AsSpan(at, count));
        ReadTimes(rows, SampleColumns.Time, start, batch.Time.AsSpan(at, count));
        ReadTimes(rows, SampleColumns.ServerTime, start, batch.Server.AsSpan(at, count));
        ReadRequired(rows, SampleColumns.Commit, start, batch.Commit.AsSpan(at, count));
        ReadKinds(rows, start, batch.Kind.AsSpan(at, count));
        ReadQualities(rows, start, batch.Quality.AsSpan(at, count));
        ReadFlags(rows, start, batch.Flags.AsSpan(at, count));
        ReadValues(rows, start, batch, at, count);
        ReadIntegers(rows, start, batch, at, count);
        batch.Count += count;
        ReadTexts(rows, start, batch, at, count);
        ReadExtras(rows, start, batch, at, count);
    }

    public void Dispose() => _reader.Dispose();

    private RowGroup Describe(int group)
    {
        using RowGroupReader rows = _reader.RowGroup(group);
        (int minSeries, int maxSeries) = Range<int>(rows, SampleColumns.Series);
        (long minTime, long maxTime) = Range<long>(rows, SampleColumns.Time);
        return new RowGroup((int)rows.MetaData.NumRows, minSeries, maxSeries, FileTime.ToTicks(minTime), FileTime.ToTicks(maxTime));
    }

    private static (T Min, T Max) Range<T>(RowGroupReader rows, int column)
        where T : unmanaged
    {
        using ColumnChunkMetaData metadata = rows.MetaData.GetColumnChunkMetaData(column);
        using var statistics = (Statistics<T>)(metadata.Statistics ?? throw new InvalidDataException($"Column {column} has no statistics."));
        return (statistics.Min, statistics.Max);
    }

    private static void ReadRequired<T>(RowGroupReader rows, int column, int start, Span<T> values)
        where T : unmanaged
    {
        using var reader = (ColumnReader<T>)rows.Column(column);
        Skip(reader, start);
        while (!values.IsEmpty)
        {
            _ = reader.ReadBatch(values.Length, default, default, values, out long read);
            values = values[Advance(read)..];
        }
    }

    private static void ReadTimes(RowGroupReader rows, int column, int start, Span<long> times)
    {
        ReadRequired(rows, column, start, times);
        foreach (ref long time in times)
        {
            time = FileTime.ToTicks(time);
        }
    }

    private void ReadFlags(RowGroupReader rows, int start, Span<byte> flags)
    {
        Span<int> stored = _integers.AsSpan(0, flags.Length);
        ReadRequired(rows, SampleColumns.Flags, start, stored);
        for (int row = 0; row < flags.Length; row++)
        {
            flags[row] = (byte)stored[row];
        }
    }

    private void ReadKinds(RowGroupReader rows, int start, Span<byte> kinds) =>
        ReadCodes(rows, SampleColumns.Kind, start, kinds, static first => (byte)(first switch
        {
            (byte)'n' => ValueKind.None,
            (byte)'b' => ValueKind.Boolean,
            (byte)'i' => ValueKind.Integer,
            (byte)'f' => ValueKind.Single,
            (byte)'d' => ValueKind.Double,
            (byte)'e' => ValueKind.Enum,
            (byte)'s' => ValueKind.Text,
            (byte)'j' => ValueKind.Json,
            _ => throw new InvalidDataException($"A kind begins with byte {first}."),
        }));

    private void ReadQualities(RowGroupReader rows, int start, Span<byte> qualities) =>
        ReadCodes(rows, SampleColumns.Quality, start, qualities, static first => (byte)(first switch
        {
            (byte)'g' => Gemel.Quality.Good,
            (byte)'u' => Gemel.Quality.Uncertain,
            (byte)'b' => Gemel.Quality.Bad,
            _ => throw new InvalidDataException($"A quality begins with byte {first}."),
        }));

    // The names of kinds and of qualities differ in their first letter.
    private unsafe void ReadCodes(RowGroupReader rows, int column, int start, Span<byte> codes, Func<byte, byte> code)
    {
        using var reader = (ColumnReader<ByteArray>)rows.Column(column);
        Skip(reader, start);
        while (!codes.IsEmpty)
        {
            _ = reader.ReadBatch(codes.Length, default, default, _texts.AsSpan(0, codes.Length), out long read);
            int count = Advance(read);
            (byte lastFirst, byte lastCode) = ((byte)0, (byte)0);
            for (int row = 0; row < count; row++)
            {
                // SAFETY: the page that the pointer lies in is held until the next ReadBatch.
                byte first = *(byte*)_texts[row].Pointer;
                if (first != lastFirst)
                {
                    (lastFirst, lastCode) = (first, code(first));
                }
                codes[row] = lastCode;
            }
            codes = codes[count..];
        }
    }

    private void ReadValues(RowGroupReader rows, int start, RowBatch batch, int at, int count)
    {
        using var reader = (ColumnReader<double>)rows.Column(SampleColumns.Value);
        Skip(reader, start);
        for (int done = 0; done < count;)
        {
            long levels = reader.ReadBatch(count - done, _levels, default, _doubles, out _);
            int used = 0;
            for (int i = 0; i < Advance(levels); i++)
            {
                batch.Bits[at + done + i] = _levels[i] == 0 ? 0 : BitConverter.DoubleToInt64Bits(_doubles[used++]);
            }
            done += (int)levels;
        }
    }

    private void ReadIntegers(RowGroupReader rows, int start, RowBatch batch, int at, int count)
    {
        using var reader = (ColumnReader<long>)rows.Column(SampleColumns.Integer);
        Skip(reader, start);
        for (int done = 0; done < count;)
        {
            long levels = reader.ReadBatch(count - done, _levels, default, _longs, out _);
            int used = 0;
            for (int i = 0; i < Advance(levels); i++)
            {
                if (_levels[i] != 0)
                {
                    batch.Bits[at + done + i] = _longs[used++];
                }
            }
            done += (int)levels;
        }
    }

    private void ReadTexts(RowGroupReader rows, int start, RowBatch batch, int at, int count) =>
        ReadOptionalTexts(rows, SampleColumns.Text, start, count, (row, text) => batch.SetText(at + row, text));

    private void ReadExtras(RowGroupReader rows, int start, RowBatch batch, int at, int count)
    {
        string? last = null;
        ReadOptionalTexts(rows, SampleColumns.Reason, start, count, (row, text) =>
        {
            last = last is not null && Matches(last, text) ? last : System.Text.Encoding.UTF8.GetString(text);
            batch.SetExtra(at + row, last, 0);
        });
        using var reader = (ColumnReader<long>)rows.Column(SampleColumns.ClaimedTime);
        Skip(reader, start);
        for (int done = 0; done < count;)
        {
            long levels = reader.ReadBatch(count - done, _levels, default, _longs, out long values);
            for (int i = 0, used = 0; used < values; i++)
            {
                if (_levels[i] != 0)
                {
                    int row = at + done + i;
                    batch.SetExtra(row, batch.Reason(row), FileTime.ToTicks(_longs[used++]));
                }
            }
            done += Advance(levels);
        }
    }

    private unsafe void ReadOptionalTexts(RowGroupReader rows, int column, int start, int count, TextOfRow take)
    {
        using var reader = (ColumnReader<ByteArray>)rows.Column(column);
        Skip(reader, start);
        for (int done = 0; done < count;)
        {
            long levels = reader.ReadBatch(count - done, _levels, default, _texts, out long values);
            for (int i = 0, used = 0; used < values; i++)
            {
                if (_levels[i] != 0)
                {
                    // SAFETY: the page that the pointer lies in is held until the next ReadBatch.
                    ByteArray text = _texts[used++];
                    take(done + i, new ReadOnlySpan<byte>((void*)text.Pointer, text.Length));
                }
            }
            done += Advance(levels);
        }
    }

    private static bool Matches(string text, ReadOnlySpan<byte> utf8)
    {
        Span<byte> bytes = stackalloc byte[256];
        return System.Text.Encoding.UTF8.TryGetBytes(text, bytes, out int length) && bytes[..length].SequenceEqual(utf8);
    }

    private static void Skip(ColumnReader reader, int rows)
    {
        for (long left = rows; left > 0;)
        {
            left -= Advance(reader.Skip(left));
        }
    }

    private static int Advance(long rows) => rows > 0 ? (int)rows : throw new InvalidDataException("A column ends before its row group.");

    private void Reserve(int rows)
    {
        if (_levels.Length < rows)
        {
            (_texts, _longs, _doubles, _integers, _levels) = (new ByteArray[rows], new long[rows], new double[rows], new int[rows], new short[rows]);
        }
    }

    private delegate void TextOfRow(int row, ReadOnlySpan<byte> text);
}
