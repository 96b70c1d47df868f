using System.Text;
using Gemel.History;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>What history must know of the twins of one schema.</summary>
internal sealed class SchemaSeries(TwinSchema schema, SeriesCatalog series)
{
    private readonly Dictionary<(int Column, long Ordinal), byte[]> _enumTexts = [];

    public TwinSchema Schema => schema;

    /// <summary>The series by column number; null where the schema has no columns.</summary>
    public SeriesLayout? Layout { get; } = schema.Columns.Length == 0 ? null : series.LayoutOf([.. schema.Columns.Select(column => new SeriesName(column.Path, column.Unit))]);

    /// <summary>The value of an enum as the model spells it.</summary>
    public ReadOnlySpan<byte> EnumText(Column column, long ordinal)
    {
        if (!_enumTexts.TryGetValue((column.Number, ordinal), out byte[]? text))
        {
            text = Encoding.UTF8.GetBytes(((EnumSchema)column.Schema).Values[(int)ordinal].Text);
            _enumTexts[(column.Number, ordinal)] = text;
        }
        return text;
    }
}
