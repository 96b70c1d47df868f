using System.Text;

namespace Gemel.Graph.Tests;

/// <summary>A journaled cell that outlives its payload.</summary>
internal sealed record ChangedCellCopy(int Column, long Bits, string Text, Quality Quality, string Reason, Timestamp Source, Timestamp Claimed, CellFlags Flags, bool HasValue);

internal static class JournalText
{
    /// <summary>All cells of a commit's payload, in order.</summary>
    public static List<ChangedCellCopy> Cells(byte[] payload)
    {
        var cells = new List<ChangedCellCopy>();
        var reader = new ChangeReader(payload);
        while (reader.NextGroup())
        {
            while (reader.NextChange())
            {
                if (reader.Kind != ChangeKind.Twin)
                {
                    continue;
                }
                foreach (ChangedCell cell in reader.Twin)
                {
                    cells.Add(new ChangedCellCopy(cell.Column, cell.Bits, Encoding.UTF8.GetString(cell.Text), cell.Quality,
                        Encoding.UTF8.GetString(cell.ReasonUtf8), cell.Source, cell.Claimed, cell.Flags, cell.HasValue));
                }
            }
        }
        return cells;
    }
}
