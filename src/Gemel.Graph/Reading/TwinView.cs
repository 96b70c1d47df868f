using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>A copy of one twin at one commit, made by <see cref="Shard.TryRead"/>; reusable, and free of the shard's gate.</summary>
public sealed class TwinView
{
    private CellView[] _cells = [];
    private TwinSchema? _schema;

    public TwinId Id { get; private set; }

    public TwinKey Key { get; private set; }

    /// <exception cref="InvalidOperationException">Nothing was read.</exception>
    public TwinSchema Schema => _schema ?? throw new InvalidOperationException("Nothing was read into this view.");

    /// <summary>With <see cref="Key"/> the base of the ETag.</summary>
    public uint Version { get; private set; }

    /// <summary>Server time of the last change of what GET shows.</summary>
    public Timestamp LastUpdate { get; private set; }

    /// <summary>The last commit up to the one read that changed anything of it.</summary>
    public long LastCommit { get; private set; }

    /// <summary>By column number of <see cref="Schema"/>.</summary>
    public ReadOnlySpan<CellView> Cells => _cells.AsSpan(0, Schema.Columns.Length);

    /// <summary>Takes the header and hands out as many cells as the schema has columns, to be filled.</summary>
    internal Span<CellView> Begin(Twin twin, in TwinHeader header)
    {
        Id = twin.Id;
        Key = twin.Key;
        _schema = twin.Schema;
        Version = header.Version;
        LastUpdate = header.LastUpdate;
        LastCommit = header.LastCommit;
        int columns = _schema.Columns.Length;
        if (_cells.Length < columns)
        {
            _cells = new CellView[columns];
        }
        return _cells.AsSpan(0, columns);
    }
}
