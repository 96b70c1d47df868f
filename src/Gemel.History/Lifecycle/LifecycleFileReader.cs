using ParquetSharp;

namespace Gemel.History;

/// <summary>Reads lifecycle files, one row group at a time.</summary>
internal static class LifecycleFileReader
{
    /// <returns>The records in order of commits.</returns>
    public static IEnumerable<LifecycleRecord[]> RowGroups(string path)
    {
        using ParquetFileReader reader = SampleFileReaders.Guarded(path, () => new ParquetFileReader(path));
        for (int i = 0; i < reader.FileMetaData.NumRowGroups; i++)
        {
            using RowGroupReader group = reader.RowGroup(i);
            yield return SampleFileReaders.Guarded(path, () => Read(group));
        }
    }

    private static LifecycleRecord[] Read(RowGroupReader group)
    {
        int rows = (int)group.MetaData.NumRows;
        long[] commit = Raw(group, 0, rows);
        long[] time = Raw(group, 1, rows);
        string[] subject = Text(group, 2, rows);
        string[] action = Text(group, 3, rows);
        string[] id = Text(group, 4, rows);
        long[] key = Raw(group, 5, rows);
        string?[] model = Text(group, 6, rows);
        string?[] source = Text(group, 7, rows);
        string?[] target = Text(group, 8, rows);
        string?[] name = Text(group, 9, rows);
        string?[] document = Text(group, 10, rows);
        var records = new LifecycleRecord[rows];
        for (int i = 0; i < rows; i++)
        {
            records[i] = new LifecycleRecord
            {
                Commit = commit[i],
                Time = Timestamp.FromUnixNanoseconds(time[i]),
                Subject = (LifecycleSubject)Array.IndexOf(LifecycleColumns.SubjectNames, subject[i]),
                Action = (LifecycleAction)Array.IndexOf(LifecycleColumns.ActionNames, action[i]),
                Id = id[i],
                Key = new TwinKey((ulong)key[i]),
                Model = model[i],
                Source = source[i],
                Target = target[i],
                Name = name[i],
                Document = document[i],
            };
        }
        return records;
    }

    private static long[] Raw(RowGroupReader group, int column, int rows)
    {
        using var reader = (ColumnReader<long>)group.Column(column);
        var values = new long[rows];
        for (int done = 0; done < rows;)
        {
            _ = reader.ReadBatch(rows - done, default, default, values.AsSpan(done), out long read);
            done += read > 0 ? (int)read : throw new InvalidDataException("A column ends before its row group.");
        }
        return values;
    }

    private static string[] Text(RowGroupReader group, int column, int rows)
    {
        using LogicalColumnReader<string> reader = group.Column(column).LogicalReader<string>();
        return reader.ReadAll(rows);
    }
}
