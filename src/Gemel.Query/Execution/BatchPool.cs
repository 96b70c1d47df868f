using System.Collections.Concurrent;

namespace Gemel.Query.Execution;

/// <summary>Keeps a few batches for the next query, for their buffers are large beside a point look-up.</summary>
internal sealed class BatchPool
{
    private const int Most = 16;

    private readonly ConcurrentBag<RowBatch> _free = [];

    public RowBatch Rent() => _free.TryTake(out RowBatch? batch) ? batch : new RowBatch();

    public void Return(RowBatch batch)
    {
        batch.Clear();
        if (_free.Count < Most)
        {
            _free.Add(batch);
        }
    }
}
