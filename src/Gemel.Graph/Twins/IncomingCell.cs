namespace Gemel.Graph;

/// <summary>A sample or write on its way into a cell, as the journal has it.</summary>
/// <param name="Reason">Code of <see cref="ReasonTable"/>.</param>
/// <param name="Source">Source ticks; 0 with <see cref="CellFlags.NoSource"/>.</param>
internal readonly record struct IncomingCell(long Bits, byte[]? Text, Quality Quality, ushort Reason, CellFlags Flags, long Source)
{
    /// <summary>The cell after it, given the cell before.</summary>
    public CellState Over(in CellState before, long server)
    {
        bool held = (Flags & CellFlags.NoValue) != 0;
        bool written = (Flags & CellFlags.Written) != 0;
        bool noSource = (Flags & CellFlags.NoSource) != 0;
        CellBits bits = (CellBits)Quality;
        bits |= (Flags & CellFlags.Cleared) != 0 ? CellBits.None
            : held ? (before.Flags & CellBits.HasValue) | CellBits.ValueHeld
            : CellBits.HasValue;
        bits |= written ? CellBits.None : CellBits.FromDevice;
        bits |= noSource ? CellBits.NoSource : written ? CellBits.WrittenSource : CellBits.None;
        bits |= Reason != ReasonTable.None ? CellBits.HasReason : CellBits.None;
        long newest = written ? before.Times.Source
            : !noSource ? Source
            // Server time stands in for a source time that was not given; one that was not believed gives no rank at all,
            // else a wrong clock would hold up the values of the right one.
            : Reason == ReasonTable.Clock ? before.Times.Source
            : Math.Max(before.Times.Source, server);
        return new CellState(held ? before.Bits : Bits, held ? before.Text : Text, new CellTimes(newest, server), bits, Reason, written ? Source : 0);
    }
}
