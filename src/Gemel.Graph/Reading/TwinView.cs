using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>A copy of one twin at one commit, made by <see cref="Shard.TryRead"/>; reusable, and free of the shard's gate.</summary>
public sealed class TwinView
{
    // A creation is a twin's first version.
    private const uint FirstVersion = 1;

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

    /// <summary>A twin as it was when a change created it.</summary>
    /// <param name="change">Its <see cref="TwinChange.Action"/> is <see cref="TwinAction.Create"/>.</param>
    /// <param name="schema">The change's.</param>
    public static TwinView Of(in TwinChange change, TwinId id, TwinSchema schema, long commit)
    {
        TwinView view = new()
        {
            Id = id,
            Key = change.Key,
            _schema = schema,
            Version = FirstVersion,
            LastUpdate = change.ServerTime,
            LastCommit = commit,
            _cells = new CellView[schema.Columns.Length],
        };
        foreach (ChangedCell cell in change)
        {
            if (cell.SetsState)
            {
                view._cells[cell.Column] = CellOf(cell, schema.Columns[cell.Column], change.ServerTime);
            }
        }
        return view;
    }

    private static CellView CellOf(in ChangedCell cell, Column column, Timestamp server) => new()
    {
        HasValue = cell.HasValue,
        Bits = cell.Bits,
        Text = cell.HasValue && column.Kind is (ValueKind.Text or ValueKind.Json) ? cell.Text.ToArray() : null,
        Quality = cell.Quality,
        Reason = cell.ReasonUtf8.IsEmpty ? null : Encoding.UTF8.GetString(cell.ReasonUtf8),
        Source = cell.Source,
        Server = server,
        IsFromDevice = (cell.Flags & CellFlags.Written) == 0,
    };

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
