namespace Gemel.Ingest;

/// <summary>The last values taken through one mapping from one device, over all its connections: what deadbands compare with.</summary>
/// <remarks>
/// What one message changes stands aside until it is decoded to its end, for damage there refuses all of it.
/// Threading: a decoder holds <see cref="Gate"/> while it decodes a message of a mapping with deadbands.
/// </remarks>
public sealed class DeadbandMemory
{
    // Above this all is forgotten: a value too many is taken, never one too few.
    private const int MaxCells = 1 << 20;

    private readonly Dictionary<DeadbandKey, DeadbandCell> _cells = [];
    private readonly List<DeadbandCell> _touched = [];

    internal Lock Gate { get; } = new();

    /// <summary>Forgets all values taken: the next one of each path is taken. To be called where a commit failed.</summary>
    public void Forget()
    {
        lock (Gate)
        {
            foreach (DeadbandCell cell in _cells.Values)
            {
                cell.Forget();
            }
        }
    }

    internal DeadbandCell CellOf(DeadbandKey key)
    {
        if (_cells.TryGetValue(key, out DeadbandCell? cell))
        {
            return cell;
        }
        if (_cells.Count >= MaxCells)
        {
            Forget();
            _cells.Clear();
        }
        return _cells[key] = new DeadbandCell(_touched);
    }

    /// <summary>The message was decoded to its end.</summary>
    internal void Keep()
    {
        foreach (DeadbandCell cell in _touched)
        {
            cell.Keep();
        }
        _touched.Clear();
    }

    /// <summary>Nothing of the message is taken.</summary>
    internal void Drop()
    {
        foreach (DeadbandCell cell in _touched)
        {
            cell.Drop();
        }
        _touched.Clear();
    }
}

/// <param name="Rule">Its number in the mapping.</param>
/// <param name="Schema">By which the column has its number.</param>
internal readonly record struct DeadbandKey(int Rule, TwinKey Twin, int Schema, int Column);
