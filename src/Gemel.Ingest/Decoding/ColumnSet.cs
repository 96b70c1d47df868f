namespace Gemel.Ingest;

/// <summary>Which columns an object has named so far.</summary>
internal sealed class ColumnSet
{
    private ulong[] _bits = new ulong[2];

    public void Clear(int columns)
    {
        int words = (columns + 63) >> 6;
        if (_bits.Length < words)
        {
            _bits = new ulong[words];
        }
        _bits.AsSpan(0, words).Clear();
    }

    /// <returns>False where the column was in the set already.</returns>
    public bool Add(int column)
    {
        ref ulong word = ref _bits[column >> 6];
        ulong bit = 1UL << (column & 63);
        bool isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }
}
