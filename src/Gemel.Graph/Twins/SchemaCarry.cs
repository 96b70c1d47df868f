using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>What a twin keeps when its model changes: columns of the same path, role and kind; of enums only where the values
/// are the same, for a cell holds their position. Part of the journal's meaning: a replay must carry over the same.</summary>
internal static class SchemaCarry
{
    public static void Copy(Twin from, Twin to, bool propertiesToo)
    {
        Chunk source = from.Table.ChunkOfRow(from.Row, out int sourceOffset);
        Chunk target = to.Table.ChunkOfRow(to.Row, out int targetOffset);
        foreach (Column column in to.Schema.Columns)
        {
            if ((propertiesToo || column.Role == ColumnRole.Telemetry)
                && from.Schema.FindPath(column.Path) is { } before && Fits(before, column))
            {
                target.Fill(column.Number, targetOffset, source.Cell(before.Number, sourceOffset));
            }
        }
    }

    public static bool Fits(Column before, Column after) =>
        before.Role == after.Role && before.Kind == after.Kind
        && (after.Schema is not EnumSchema values || (before.Schema is EnumSchema old && old.Values.SequenceEqual(values.Values)));
}
