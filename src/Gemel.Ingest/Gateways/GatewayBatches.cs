using Gemel.Graph;

namespace Gemel.Ingest;

/// <summary>The batches that one message goes into, and where each ended before it.</summary>
internal sealed class GatewayBatches(IGatewayTargets targets)
{
    private readonly List<(int Shard, SampleBatchWriter Batch, BatchMark Before)> _touched = [];

    public void BeginMessage() => _touched.Clear();

    public SampleBatchWriter Of(int shard)
    {
        foreach ((int touched, SampleBatchWriter batch, _) in _touched)
        {
            if (touched == shard)
            {
                return batch;
            }
        }
        SampleBatchWriter found = targets.BatchOf(shard);
        _touched.Add((shard, found, found.Mark()));
        return found;
    }

    /// <summary>Takes the whole message out again.</summary>
    public void Rewind()
    {
        foreach ((_, SampleBatchWriter batch, BatchMark before) in _touched)
        {
            batch.Rewind(before);
        }
    }
}
