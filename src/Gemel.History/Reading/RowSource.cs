namespace Gemel.History;

/// <summary>Rows of one path from one place, sorted by source time in the direction of the read.</summary>
/// <remarks>Opened only when its turn comes: until then <see cref="Key"/> is a bound that no row comes before.</remarks>
internal abstract class RowSource(bool isDescending, long bound)
{
    private int _index;

    /// <summary>The present row's place in the direction of the read: its time, or the negative of it.</summary>
    public long Key { get; private set; } = isDescending ? -bound : bound;

    public bool IsOpen { get; private set; }

    /// <summary>The present batch; valid until the next <see cref="MoveNext"/>.</summary>
    public RowBatch Batch { get; } = new();

    /// <summary>The present row within <see cref="Batch"/>.</summary>
    public int Row => IsDescending ? Batch.Count - 1 - _index : _index;

    public bool IsLastOfBatch => _index == Batch.Count - 1;

    protected bool IsDescending { get; } = isDescending;

    /// <summary>Goes to the first, then to the next row.</summary>
    public bool MoveNext()
    {
        _index++;
        if (!IsOpen || _index >= Batch.Count)
        {
            IsOpen = true;
            _index = 0;
            Batch.Clear();
            if (!Load(Batch))
            {
                return false;
            }
        }
        Key = IsDescending ? -Batch.Time[Row] : Batch.Time[Row];
        return true;
    }

    /// <summary>Fills the empty batch with the rows that come next, ascending by time whatever the direction.</summary>
    /// <returns>False where no row is left.</returns>
    protected abstract bool Load(RowBatch batch);
}
