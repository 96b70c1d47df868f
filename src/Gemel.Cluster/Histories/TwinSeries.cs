using System.Text;
using Gemel.History;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>The series of one twin under one schema, by column number.</summary>
internal sealed class TwinSeries(TwinId id, TwinKey key, TwinSchema schema)
{
    private const int Unknown = -1;

    private readonly int[] _byColumn = [.. Enumerable.Repeat(Unknown, schema.Columns.Length)];
    private Dictionary<(int Column, long Ordinal), byte[]>? _enumTexts;

    public TwinId Id => id;

    public TwinSchema Schema => schema;

    public SeriesId SeriesOf(Column column, SeriesCatalog series)
    {
        ref int known = ref _byColumn[column.Number];
        if (known == Unknown)
        {
            known = series.GetOrAdd(key, id.Value, column.Path, column.Unit).Value;
        }
        return new SeriesId(known);
    }

    /// <summary>The value of an enum as the model spells it.</summary>
    public ReadOnlySpan<byte> EnumText(Column column, long ordinal)
    {
        _enumTexts ??= [];
        if (!_enumTexts.TryGetValue((column.Number, ordinal), out byte[]? text))
        {
            text = Encoding.UTF8.GetBytes(((EnumSchema)column.Schema).Values[(int)ordinal].Text);
            _enumTexts[(column.Number, ordinal)] = text;
        }
        return text;
    }
}
