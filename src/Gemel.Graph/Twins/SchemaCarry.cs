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
                Copy(source.Cell(before.Number, sourceOffset), target, column.Number, targetOffset);
            }
        }
    }

    public static bool Fits(Column before, Column after) =>
        before.Role == after.Role && before.Kind == after.Kind
        && (after.Schema is not EnumSchema values || (before.Schema is EnumSchema old && old.Values.SequenceEqual(values.Values)));

    private static void Copy(in CellState cell, Chunk target, int column, int offset)
    {
        target.Bits(column)[offset] = cell.Bits;
        target.Times(column)[offset] = cell.Times;
        target.Flags(column)[offset] = cell.Flags;
        if (target.Texts(column) is { } texts)
        {
            texts[offset] = cell.Text;
        }
        if (cell.Reason != ReasonTable.None)
        {
            target.SetReason(column, offset, cell.Reason);
        }
        if ((cell.Flags & CellBits.WrittenSource) != 0)
        {
            target.SetWrittenSource(column, offset, cell.WrittenSource);
        }
    }
}
