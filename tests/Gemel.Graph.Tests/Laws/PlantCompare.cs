using System.Text;

namespace Gemel.Graph.Tests.Laws;

internal static class PlantCompare
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "e", "f"];

    /// <summary>Everything readable at a commit equals the reference.</summary>
    public static void Same(ReferencePlant expected, TestPlant plant, long commit)
    {
        foreach (string id in Ids)
        {
            SameTwin(expected, plant, id, commit);
        }
        SameScan(expected, plant, commit);
    }

    private static void SameTwin(ReferencePlant expected, TestPlant plant, string id, long commit)
    {
        TwinView? view = plant.Read(id, commit);
        if (!expected.Twins.TryGetValue(id, out ReferenceTwin? twin))
        {
            Assert.Null(view);
            return;
        }
        Assert.NotNull(view);
        Assert.Equal((twin.Schema.Id, twin.Version, new Timestamp(twin.LastUpdate)), (view.Schema.Id, view.Version, view.LastUpdate));
        for (int column = 0; column < view.Cells.Length; column++)
        {
            ReferenceCell cell = twin.Cell(view.Schema.Columns[column].Path);
            CellView actual = view.Cells[column];
            Assert.Equal(
                (cell.Value, cell.Quality, cell.Reason, new Timestamp(cell.Source), new Timestamp(cell.Server), cell.IsFromDevice),
                (Value(actual, view.Schema.Columns[column].Kind), actual.Quality, actual.Reason, actual.Source, actual.Server, actual.IsFromDevice));
        }
        Shard shard = plant.ShardOf(id);
        Assert.True(shard.TryFind(id, commit, out Twin? form));
        Assert.Equal(
            expected.Relationships.Values.Where(r => r.Source == id),
            shard.Outgoing(form, commit).Select(Show));
        Assert.Equal(
            expected.Relationships.Values.Where(r => r.Target == id),
            shard.Incoming(form, commit).Select(Show));
    }

    private static void SameScan(ReferencePlant expected, TestPlant plant, long commit)
    {
        var seen = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        var buffer = new ChunkBuffer { WithDetails = true };
        foreach (Shard shard in plant.Shards)
        {
            var reader = new ShardSnapshotReader(shard, commit);
            foreach (TwinTable table in reader.Tables.Where(t => t.Schema.FindPath("temperature") is not null))
            {
                int column = table.Schema.FindPath("temperature")!.Number;
                for (int chunk = 0; chunk < table.ChunkCount; chunk++)
                {
                    int count = reader.ReadChunk(table, chunk, [column], buffer);
                    for (int row = 0; row < count; row++)
                    {
                        ColumnBuffer cells = buffer.Columns[0];
                        seen.Add(buffer.Twins[row].Id.Value, ((double?)(cells.HasValue[row] ? BitConverter.Int64BitsToDouble(cells.Bits[row]) : null), cells.Qualities[row], cells.Sources[row]));
                    }
                }
            }
        }
        Assert.Equal(
            expected.Twins.Where(t => t.Value.Schema.FindPath("temperature") is not null)
                .Select(t => (t.Key, (object?)((double?)t.Value.Cell("temperature").Value, t.Value.Cell("temperature").Quality, t.Value.Cell("temperature").Source))),
            seen.Select(s => (s.Key, s.Value)));
    }

    private static ReferenceRelationship Show(RelationshipRecord record) => new(record.SourceId.Value, record.Id.Value, record.TargetId.Value, record.Version);

    private static object? Value(CellView cell, ValueKind kind) =>
        !cell.HasValue ? null : kind == ValueKind.Double ? BitConverter.Int64BitsToDouble(cell.Bits) : Encoding.UTF8.GetString(cell.Text!);
}
