using Apache.Arrow;

namespace Gemel.History;

/// <summary>A column of names as numbers into a dictionary: the form the file has, so that no row is hashed to be written.</summary>
/// <remarks>Use for each row group: <see cref="Begin"/>, then a fill for every row, <see cref="ToArray"/>. Owned by one thread.</remarks>
internal sealed class NameColumn
{
    private readonly ColumnBuffer<int> _numbers = new();
    private readonly Dictionary<string, int> _known = [];
    private StringArray.Builder _names = new();
    private int _rows;

    public void Begin(int rows)
    {
        _rows = rows;
        _numbers.Begin(rows);
        _known.Clear();
        _names = new StringArray.Builder();
    }

    /// <summary>Names rows that follow each other.</summary>
    /// <param name="name">Null where they have none.</param>
    public void Fill(int row, int count, string? name)
    {
        _numbers.Slots.Slice(row, count).Fill(name is null ? 0 : NumberOf(name));
        if (name is null)
        {
            _numbers.SetNull(row, count);
        }
    }

    /// <summary>Names every row by a code.</summary>
    /// <param name="names">By code.</param>
    public void Fill(ReadOnlySpan<byte> codes, string[] names)
    {
        for (int row = 0; row < codes.Length;)
        {
            int length = codes[row..].IndexOfAnyExcept(codes[row]);
            length = length < 0 ? codes.Length - row : length;
            Fill(row, length, names[codes[row]]);
            row += length;
        }
    }

    public DictionaryArray ToArray() =>
        new(SampleColumns.NameType, new Int32Array(_numbers.Values, _numbers.Validity, _rows, _numbers.NullCount, offset: 0), _names.Build());

    private int NumberOf(string name)
    {
        if (!_known.TryGetValue(name, out int number))
        {
            number = _known.Count;
            _known.Add(name, number);
            _names.Append(name);
        }
        return number;
    }
}
