using BenchmarkDotNet.Attributes;
using Gemel.Graph;

namespace Gemel.Microbench;

/// <summary>Reads of single twins and a scan of one column, over the 10,000 twins of <see cref="IngestBenchmark"/>, at the last
/// durable commit while a further one is pending on all of them. Time is per twin.</summary>
[MemoryDiagnoser]
public class ReadBenchmark
{
    private readonly IngestBenchmark _ingest = new();
    private readonly TwinView _view = new();
    private readonly ChunkBuffer _buffer = new();
    private string[] _ids = [];
    private long _durable;
    private Timestamp _now;

    [GlobalSetup]
    public void Setup()
    {
        _ingest.Setup();
        _durable = _ingest.Shard.PendingCommit - 1;
        _now = _ingest.IngestPending();
        _ids = [.. Enumerable.Range(0, IngestBenchmark.Twins).Select(i => $"pump-{i}")];
    }

    [Benchmark(OperationsPerInvoke = IngestBenchmark.Twins)]
    public int ReadTwins()
    {
        int found = 0;
        foreach (string id in _ids)
        {
            found += _ingest.Shard.TryRead(id, _durable, _now, _view) ? 1 : 0;
        }
        return found;
    }

    [Benchmark(OperationsPerInvoke = IngestBenchmark.Twins)]
    public int ScanDurable() => Scan(_durable);

    [Benchmark(OperationsPerInvoke = IngestBenchmark.Twins)]
    public int ScanPending() => Scan(_ingest.Shard.PendingCommit);

    [GlobalCleanup]
    public void Cleanup() => _ingest.Cleanup();

    private int Scan(long commit)
    {
        var reader = new ShardSnapshotReader(_ingest.Shard, commit);
        TwinTable table = reader.Tables[0];
        int rows = 0;
        for (int chunk = 0; chunk < table.ChunkCount; chunk++)
        {
            rows += reader.ReadChunk(table, chunk, [1], _buffer);
        }
        return rows;
    }
}
