using System.Buffers;
using Gemel.Graph;
using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>The rows that are looked at together: twins of one chunk, or relationships. Reused from batch to batch and from
/// query to query; of one thread at a time.</summary>
internal sealed class RowBatch
{
    private readonly TwinView _view = new();
    private Shard? _shard;
    private QueryMoment _moment;

    /// <summary>The twins and their columns.</summary>
    public ChunkBuffer Twins { get; } = new();

    public RelationshipRecord[] Relationships { get; } = new RelationshipRecord[RowMask.Rows];

    /// <summary>Of the value on the left, or the only one.</summary>
    public Scratch Left { get; } = new();

    /// <summary>Of the value on the right.</summary>
    public Scratch Right { get; } = new();

    public void Begin(Shard shard, QueryMoment moment) => (_shard, _moment) = (shard, moment);

    /// <summary>Lets go of the twins of the last query.</summary>
    public void Clear()
    {
        _shard = null;
        Array.Clear(Relationships);
    }

    /// <summary>Writes the body that GET gives of a twin.</summary>
    public void WriteTwin(int row, bool includeTelemetry, IBufferWriter<byte> output)
    {
        Shard shard = _shard ?? throw new InvalidOperationException("No shard is being read.");
        string id = Twins.Twins[row].Id.Value;
        lock (shard.Gate)
        {
            if (!shard.TryRead(id, _moment.Commit, _moment.Now, _view))
            {
                throw new InvalidOperationException($"Commit {_moment.Commit} does not see the twin '{id}' any more; it must stay pinned.");
            }
        }
        TwinJson.Write(_view, output, includeTelemetry ? _moment.Json with { IncludeTelemetry = true } : _moment.Json);
    }
}
