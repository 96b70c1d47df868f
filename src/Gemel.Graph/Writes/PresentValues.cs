using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>What a twin holds at this moment, pending changes included: what decisions are made on.</summary>
/// <remarks>Under the shard's gate only; nothing of it is kept beyond the decision.</remarks>
internal sealed class PresentValues
{
    private readonly TwinJsonLayout _layout;
    private readonly Chunk _chunk;
    private readonly int _offset;

    public PresentValues(Twin twin)
    {
        Schema = twin.Schema;
        _layout = TwinJsonLayout.Of(twin.Schema);
        _chunk = twin.Table.ChunkOfRow(twin.Row, out _offset);
    }

    public TwinSchema Schema { get; }

    public bool IsPresent(Column column) => (Cell(column).Flags & CellBits.HasValue) != 0;

    /// <summary>The value as JSON; null where there is none.</summary>
    public ReadOnlyMemory<byte>? JsonOf(Column column)
    {
        CellState cell = Cell(column);
        if ((cell.Flags & CellBits.HasValue) == 0)
        {
            return null;
        }
        PropertyLayout property = _layout.PropertyOf(column);
        return TwinJson.ValueJson(property, new CellView { HasValue = true, Bits = cell.Bits, Text = cell.Text });
    }

    /// <summary>Source time of the present value; none where it has none.</summary>
    public Timestamp SourceOf(Column column)
    {
        CellState cell = Cell(column);
        return (cell.Flags & CellBits.WrittenSource) != 0 ? new Timestamp(cell.WrittenSource)
            : (cell.Flags & CellBits.NoSource) != 0 ? Timestamp.None
            : new Timestamp(cell.Times.Source);
    }

    private CellState Cell(Column column) => _chunk.Cell(column.Number, _offset);
}
