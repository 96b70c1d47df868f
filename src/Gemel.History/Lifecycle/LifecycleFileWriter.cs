using ParquetSharp;
using ParquetSharp.Schema;

namespace Gemel.History;

/// <summary>Writes lifecycle records, in order of commits, into one new file.</summary>
internal sealed class LifecycleFileWriter : IDisposable
{
    private readonly ParquetFileWriter _writer;
    private readonly string _path;
    private LifecycleFile _summary = new("", 0, 0, long.MaxValue, long.MinValue);

    public LifecycleFileWriter(string path)
    {
        _path = path;
        using GroupNode schema = LifecycleColumns.Schema();
        using WriterProperties properties = LifecycleColumns.Properties();
        _writer = new ParquetFileWriter(path, schema, properties);
    }

    /// <summary>Writes one row group.</summary>
    /// <param name="records">At least one, with their commits set.</param>
    public void Write(ReadOnlySpan<LifecycleRecord> records)
    {
        LifecycleRecord[] rows = records.ToArray();
        using RowGroupWriter group = _writer.AppendRowGroup();
        Raw(group, rows, record => record.Commit);
        Raw(group, rows, record => FileTime.ToNanoseconds(record.Time.Ticks));
        Text(group, rows, record => LifecycleColumns.SubjectNames[(int)record.Subject]);
        Text(group, rows, record => LifecycleColumns.ActionNames[(int)record.Action]);
        Text(group, rows, record => record.Id);
        Raw(group, rows, record => (long)record.Key.Value);
        Text(group, rows, record => record.Model);
        Text(group, rows, record => record.Source);
        Text(group, rows, record => record.Target);
        Text(group, rows, record => record.Name);
        Text(group, rows, record => record.Document);
        _summary = _summary with
        {
            Rows = _summary.Rows + rows.Length,
            MinCommit = Math.Min(_summary.MinCommit, rows[0].Commit),
            MaxCommit = Math.Max(_summary.MaxCommit, rows[^1].Commit),
        };
    }

    public LifecycleFile Close(string relativePath)
    {
        _writer.Close();
        return _summary with { Path = relativePath, Bytes = new FileInfo(_path).Length };
    }

    public void Dispose() => _writer.Dispose();

    private static void Raw(RowGroupWriter group, LifecycleRecord[] rows, Func<LifecycleRecord, long> value) =>
        ((ColumnWriter<long>)group.NextColumn()).WriteBatch(Array.ConvertAll(rows, row => value(row)));

    private static void Text(RowGroupWriter group, LifecycleRecord[] rows, Func<LifecycleRecord, string?> value)
    {
        using LogicalColumnWriter<string> writer = group.NextColumn().LogicalWriter<string>();
        writer.WriteBatch(Array.ConvertAll(rows, row => value(row)!));
    }
}
