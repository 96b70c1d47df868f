using System.Collections.Immutable;
using Gemel.Modeling;

namespace Gemel.Graph.Tests.Laws;

/// <summary>One random step; the numbers choose among what is possible at that moment.</summary>
internal readonly record struct Step(int Kind, int Twin, int Other, int A, int B);

/// <summary>Does every step to the engine and to the reference alike, and keeps the reference's state of each commit.</summary>
internal sealed class PlantDriver : IDisposable
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "e", "f"];
    private static readonly object?[] Numbers = [1.0, 2.0, 3.0, null];
    private static readonly object?[] Texts = ["x", "y", "", null];
    private static readonly string?[] Reasons = [null, null, "drift", "calibrating"];
    private static readonly double?[] SourceSeconds = [null, -3600, -2, -1, 0, 1, 2, 1e6, -1e9];
    private static readonly TwinSchema[] Schemas = [TestSchemas.Pump, TestSchemas.SmartPump, TestSchemas.Bare];

    private readonly long[] _clocks = new long[2];
    private ReferencePlant _state = ReferencePlant.Empty;

    public TestPlant Plant { get; } = new();

    /// <summary>By commit number; the state before the first commit is commit 0.</summary>
    public Dictionary<long, ReferencePlant> Commits { get; } = new() { [0] = ReferencePlant.Empty };

    public long Released { get; private set; }

    public long Durable => Plant.Journal.Count;

    public ReferencePlant State => _state;

    public void Dispose() => Plant.Dispose();

    public void Do(Step step)
    {
        string id = Ids[step.Twin % Ids.Length];
        string other = Ids[step.Other % Ids.Length];
        bool lives = _state.Twins.TryGetValue(id, out ReferenceTwin? twin);
        switch (step.Kind)
        {
            case < 4 when !lives: Create(id, step); break;
            case < 10 when lives: Send(id, twin!, step); break;
            case 10 when lives: Write(id, twin!, step); break;
            case 11 when lives: Clear(id, twin!, step); break;
            case 12 when lives && !_state.IsRelated(id): Delete(id); break;
            case 13 when lives: Replace(id, twin!, step); break;
            case 14 when lives: ChangeModel(id, twin!, step); break;
            case 15 or 16 when lives && id != other && _state.Twins.ContainsKey(other): Relate(id, other, step); break;
            case 17: Unrelate(step); break;
            case 18 or 19 or 20: Commit(); break;
            case 21: Rollback(step); break;
            case 22: Release(step); break;
            case 23: Plant.Now = Plant.Now.Plus(step.A - 3); break;
        }
    }

    public void Commit()
    {
        long commit = Plant.Commit();
        Commits[commit] = _state;
    }

    public void RollbackTo(long durable)
    {
        Plant.Rollback(durable);
        _state = Commits[durable];
        foreach (long gone in Commits.Keys.Where(c => c > durable).ToArray())
        {
            Commits.Remove(gone);
        }
    }

    private void Create(string id, Step step)
    {
        TwinSchema schema = Schemas[step.A % Schemas.Length];
        Sample[] cells = WrittenCells(schema, step);
        long server = Tick(id);
        Plant.Create(id, schema, cells);
        Put(id, Write(new ReferenceTwin(schema, 1, server, ImmutableDictionary<string, ReferenceCell>.Empty), cells, server));
    }

    private void Send(string id, ReferenceTwin twin, Step step)
    {
        if (twin.Schema.Columns.IsEmpty)
        {
            return;
        }
        Timestamp source = Time(step.B);
        Sample[] samples = [Device(twin.Schema, step.A, step.B + step.Kind), Device(twin.Schema, step.Other + step.Kind, step.A)];
        long server = Tick(id);
        Plant.Send(id, source, samples);
        ReferenceTwin after = twin;
        bool isShown = false;
        foreach (Sample sample in samples)
        {
            ReferenceCell before = after.Cell(sample.Path);
            ReferenceCell cell = before.After(sample, (sample.Source.IsNone ? source : sample.Source).Ticks, server);
            isShown |= !ReferenceEquals(before, cell) && twin.Schema.FindPath(sample.Path)!.Role == ColumnRole.Property;
            after = after.With(sample.Path, cell);
        }
        Put(id, isShown ? after with { Version = twin.Version + 1, LastUpdate = server } : after);
    }

    private void Write(string id, ReferenceTwin twin, Step step)
    {
        Sample[] cells = WrittenCells(twin.Schema, step);
        if (cells.Length == 0)
        {
            return;
        }
        long server = Tick(id);
        Plant.Write(id, cells);
        bool isShown = cells.Any(c => twin.Schema.FindPath(c.Path)!.Role == ColumnRole.Property);
        ReferenceTwin after = Write(twin, cells, server);
        Put(id, isShown ? after with { Version = twin.Version + 1, LastUpdate = server } : after);
    }

    private void Clear(string id, ReferenceTwin twin, Step step)
    {
        Column[] properties = [.. twin.Schema.Columns.Where(c => c.Role == ColumnRole.Property)];
        if (properties.Length == 0)
        {
            return;
        }
        string path = properties[step.A % properties.Length].Path;
        long server = Tick(id);
        Plant.Clear(id, path);
        Put(id, twin.With(path, twin.Cell(path).Written(null, 0, server)) with { Version = twin.Version + 1, LastUpdate = server });
    }

    private void Delete(string id)
    {
        Tick(id);
        Plant.Delete(id);
        _state = _state with { Twins = _state.Twins.Remove(id) };
    }

    private void Replace(string id, ReferenceTwin twin, Step step)
    {
        TwinSchema schema = step.Other % 2 == 0 ? twin.Schema : Schemas[step.A % Schemas.Length];
        Sample[] cells = WrittenCells(schema, step);
        long server = Tick(id);
        Plant.Replace(id, schema, cells);
        ReferenceTwin cleared = schema == twin.Schema ? ClearAll(twin, server) : twin.Under(schema, propertiesToo: false);
        Put(id, Write(cleared, cells, server) with { Version = twin.Version + 1, LastUpdate = server });
    }

    private void ChangeModel(string id, ReferenceTwin twin, Step step)
    {
        TwinSchema schema = Schemas[step.A % Schemas.Length];
        if (schema == twin.Schema)
        {
            return;
        }
        Sample[] cells = WrittenCells(schema, step);
        long server = Tick(id);
        Plant.ChangeModel(id, schema, cells);
        Put(id, Write(twin.Under(schema, propertiesToo: true), cells, server) with { Version = twin.Version + 1, LastUpdate = server });
    }

    private void Relate(string id, string other, Step step)
    {
        string relationship = $"r{step.A % 3}";
        string key = $"{id}/{relationship}";
        bool exists = _state.Relationships.TryGetValue(key, out ReferenceRelationship? before);
        string target = exists ? before!.Target : other;
        Tick(id);
        Plant.Relate(id, relationship, target);
        uint version = Plant.ShardOf(id).FindRelationship(id, RelationshipId.Create(relationship), long.MaxValue)!.Version;
        Assert.True(!exists || version == before!.Version + 1);
        _state = _state with { Relationships = _state.Relationships.SetItem(key, new ReferenceRelationship(id, relationship, target, version)) };
    }

    private void Unrelate(Step step)
    {
        if (_state.Relationships.IsEmpty)
        {
            return;
        }
        ReferenceRelationship gone = _state.Relationships.Values.ElementAt(step.A % _state.Relationships.Count);
        Tick(gone.Source);
        Plant.Unrelate(gone.Source, gone.Id);
        _state = _state with { Relationships = _state.Relationships.Remove($"{gone.Source}/{gone.Id}") };
    }

    private void Rollback(Step step) => RollbackTo(Released + (step.A % (Durable - Released + 1)));

    private void Release(Step step)
    {
        Released += step.A % (Durable - Released + 1);
        // Some commits before stay pinned, as a query or a checkpoint does it; each must go on being seen as it was.
        long[] pinned = [.. Commits.Keys.Where(c => c < Released && (step.B >> (int)(c % 8) & 1) != 0).Order()];
        Plant.Release(Released, pinned);
        foreach (long gone in Commits.Keys.Where(c => c < Released && !pinned.Contains(c)).ToArray())
        {
            Commits.Remove(gone);
        }
    }

    private void Put(string id, ReferenceTwin twin) => _state = _state with { Twins = _state.Twins.SetItem(id, twin) };

    private long Tick(string id)
    {
        int shard = Array.IndexOf(Plant.Shards, Plant.ShardOf(id));
        return _clocks[shard] = Math.Max(Plant.Now.Ticks, _clocks[shard] + 1);
    }

    private static ReferenceTwin Write(ReferenceTwin twin, Sample[] cells, long server) =>
        cells.Aggregate(twin, (t, c) => t.With(c.Path, t.Cell(c.Path).Written(c.Value, c.Source.Ticks, server)));

    private static ReferenceTwin ClearAll(ReferenceTwin twin, long server) =>
        twin.Cells.Keys.Where(p => twin.Schema.FindPath(p)!.Role == ColumnRole.Property)
            .Aggregate(twin, (t, path) => t.With(path, t.Cell(path).Written(null, 0, server)));

    private static Sample[] WrittenCells(TwinSchema schema, Step step)
    {
        if (schema.Columns.IsEmpty || step.B % 4 == 0)
        {
            return [];
        }
        Column column = schema.Columns[step.B % schema.Columns.Length];
        object value = column.Kind == ValueKind.Double ? Numbers[step.A % 3]! : Texts[step.A % 3]!;
        return [new Sample(column.Path, value, Source: step.A % 2 == 0 ? default : Time(step.B))];
    }

    private static Sample Device(TwinSchema schema, int choice, int value)
    {
        Column column = schema.Columns[choice % schema.Columns.Length];
        object?[] values = column.Kind == ValueKind.Double ? Numbers : Texts;
        return new Sample(column.Path, values[value % values.Length], (Quality)(choice % 7 % 3), Reasons[(choice + value) % Reasons.Length],
            choice % 5 == 0 ? Time(value) : default);
    }

    private static Timestamp Time(int choice) =>
        SourceSeconds[choice % SourceSeconds.Length] is { } seconds ? TestPlant.Start.Plus(seconds) : default;
}
