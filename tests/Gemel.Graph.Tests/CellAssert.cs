using System.Text;

namespace Gemel.Graph.Tests;

internal static class CellAssert
{
    public static double Number(this CellView cell) => BitConverter.Int64BitsToDouble(cell.Bits);

    public static string? String(this CellView cell) => cell.Text is null ? null : Encoding.UTF8.GetString(cell.Text);

    public static Timestamp Plus(this Timestamp time, double seconds) => time.Add(TimeSpan.FromSeconds(seconds));
}
