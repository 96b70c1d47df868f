using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph.Tests;

/// <summary>A value on its way: a double, a text (string), or nothing.</summary>
internal sealed record Sample(string Path, object? Value, Quality Quality = Quality.Good, string? Reason = null, Timestamp Source = default);

/// <summary>Two shards that commit together, and what they committed.</summary>
internal sealed class TestPlant : IDisposable
{
    public static readonly Timestamp Start = new(new DateTime(2026, 5, 1, 12, 0, 0, DateTimeKind.Utc).Ticks);
    public static readonly Actor Admin = new("key:admin", "http");

    private readonly SampleBatchWriter _batch = new();
    private readonly Timestamp _startedAt;

    public TestPlant(ShardOptions? options = null, Timestamp startedAt = default, long durable = 0)
    {
        _startedAt = startedAt;
        Shards = [new Shard(options ?? new(), durable, startedAt), new Shard(options ?? new(), durable, startedAt)];
        Context = new ReplayContext(TestSchemas.Find, slot => Shards[slot % 2]);
    }

    public Shard[] Shards { get; }

    public ReplayContext Context { get; }

    public Timestamp Now { get; set; } = Start;

    /// <summary>Payload of each commit; the first one is commit 1.</summary>
    public List<byte[]> Journal { get; } = [];

    public Shard ShardOf(string id) => Shards[Slots.Of(TwinId.Create(id)) % 2];

    public Twin Living(string id) => ShardOf(id).Directory.Find(id) ?? throw new InvalidOperationException($"No twin '{id}'.");

    public Twin Create(string id, TwinSchema schema, params Sample[] cells)
    {
        ChangeWriter writes = ShardOf(id).Writes;
        writes.BeginGroup(Admin, Now);
        Twin twin = writes.BeginCreateTwin(TwinId.Create(id), schema);
        SetAll(writes, schema, cells);
        return twin;
    }

    public void Write(string id, params Sample[] cells)
    {
        ChangeWriter writes = ShardOf(id).Writes;
        writes.BeginGroup(Admin, Now);
        writes.BeginUpdateTwin(Living(id));
        SetAll(writes, Living(id).Schema, cells);
    }

    public void Clear(string id, string path)
    {
        ChangeWriter writes = ShardOf(id).Writes;
        writes.BeginGroup(Admin, Now);
        writes.BeginUpdateTwin(Living(id));
        writes.Clear(Living(id).Schema.FindPath(path)!);
        writes.EndTwin();
        writes.EndGroup();
    }

    public void Replace(string id, TwinSchema schema, params Sample[] cells)
    {
        ChangeWriter writes = ShardOf(id).Writes;
        writes.BeginGroup(Admin, Now);
        writes.BeginReplaceTwin(Living(id), schema);
        SetAll(writes, schema, cells);
    }

    public void ChangeModel(string id, TwinSchema schema, params Sample[] cells)
    {
        ChangeWriter writes = ShardOf(id).Writes;
        writes.BeginGroup(Admin, Now);
        writes.BeginChangeModel(Living(id), schema);
        SetAll(writes, schema, cells);
    }

    public void Delete(string id)
    {
        ChangeWriter writes = ShardOf(id).Writes;
        writes.BeginGroup(Admin, Now);
        writes.RemoveTwin(Living(id), document: default);
        writes.EndGroup();
    }

    public void Relate(string source, string relationship, string target, string properties = "")
    {
        ChangeWriter writes = ShardOf(source).Writes;
        writes.BeginGroup(Admin, Now);
        writes.PutRelationship(Living(source), RelationshipId.Create(relationship), "feeds", Living(target), ShardOf(target), Encoding.UTF8.GetBytes(properties));
        writes.EndGroup();
    }

    public void Unrelate(string source, string relationship)
    {
        Shard shard = ShardOf(source);
        RelationshipRecord record = shard.FindRelationship(source, RelationshipId.Create(relationship), shard.PendingCommit)!;
        shard.Writes.BeginGroup(Admin, Now);
        shard.Writes.RemoveRelationship(Living(source), record, Living(record.TargetId.Value), ShardOf(record.TargetId.Value));
        shard.Writes.EndGroup();
    }

    /// <summary>Sends one object of device values.</summary>
    public IngestReceipt Send(string id, Timestamp source, params Sample[] samples) => Send(Living(id), Living(id).Schema, source, samples);

    public IngestReceipt Send(Twin twin, TwinSchema schema, Timestamp source, params Sample[] samples)
    {
        _batch.Begin("device:gw-1"u8, "mqtt"u8, Now);
        _batch.BeginObject(twin, schema, source, item: 7, isAtomic: false);
        foreach (Sample sample in samples)
        {
            int column = schema.FindPath(sample.Path)!.Number;
            byte[] reason = Encoding.UTF8.GetBytes(sample.Reason ?? "");
            switch (sample.Value)
            {
                case double number: _batch.Add(column, BitConverter.DoubleToInt64Bits(number), sample.Quality, reason, sample.Source); break;
                case string text: _batch.AddText(column, Encoding.UTF8.GetBytes(text), sample.Quality, reason, sample.Source); break;
                default: _batch.AddNone(column, sample.Quality, reason, sample.Source); break;
            }
        }
        _batch.EndObject();
        var receipt = default(IngestReceipt);
        ShardOf(twin.Id.Value).Ingest(_batch.Written.Span, Now, ref receipt);
        return receipt;
    }

    /// <summary>Seals both shards into one commit.</summary>
    public long Commit()
    {
        using SealedChanges first = Shards[0].Seal();
        using SealedChanges second = Shards[1].Seal();
        Assert.Equal(first.Commit, second.Commit);
        Journal.Add([.. first.Payload.Span, .. second.Payload.Span]);
        return first.Commit;
    }

    public void Rollback(long durable)
    {
        foreach (Shard shard in Shards)
        {
            shard.Rollback(durable);
        }
        Journal.RemoveRange((int)durable, Journal.Count - (int)durable);
    }

    public void Release(long commit, params long[] pinned)
    {
        foreach (Shard shard in Shards)
        {
            shard.Release(commit, pinned);
        }
    }

    /// <summary>The twin at a commit, pending changes included where none is given; null where it did not live.</summary>
    public TwinView? Read(string id, long? atCommit = null)
    {
        var view = new TwinView();
        return ShardOf(id).TryRead(id, atCommit ?? ShardOf(id).PendingCommit, Now, view) ? view : null;
    }

    public CellView Cell(string id, string path, long? atCommit = null)
    {
        TwinView view = Read(id, atCommit) ?? throw new InvalidOperationException($"No twin '{id}'.");
        return view.Cells[view.Schema.FindPath(path)!.Number];
    }

    /// <summary>A plant recovered from this one's journal alone.</summary>
    public TestPlant Recover()
    {
        var recovered = new TestPlant(Shards[0].Options, _startedAt) { Now = Now };
        for (int i = 0; i < Journal.Count; i++)
        {
            Replay.Apply(Journal[i], i + 1, recovered.Context);
        }
        foreach (Shard shard in recovered.Shards)
        {
            shard.CompleteReplay(Journal.Count);
        }
        recovered.Journal.AddRange(Journal);
        return recovered;
    }

    public void Dispose()
    {
        _batch.Dispose();
        foreach (Shard shard in Shards)
        {
            shard.Dispose();
        }
    }

    private static void SetAll(ChangeWriter writes, TwinSchema schema, Sample[] cells)
    {
        foreach (Sample sample in cells)
        {
            long bits = sample.Value is double number ? BitConverter.DoubleToInt64Bits(number) : 0;
            byte[]? text = sample.Value is string value ? Encoding.UTF8.GetBytes(value) : null;
            writes.Set(schema.FindPath(sample.Path)!, new CellValue(bits, text, sample.Source) { Quality = sample.Quality, Reason = sample.Reason });
        }
        writes.EndTwin();
        writes.EndGroup();
    }
}
