using Gemel.Cluster.Wire;
using Gemel.Graph;
using Gemel.Ingest;

namespace Gemel.Cluster;

/// <summary>Checks mappings before they are stored, and tries them on messages.</summary>
internal sealed class MappingStore(CatalogService changes, Func<Catalog> catalog, ShardSet shards, IngestOptions options, TimeProvider clock) : IMappingStore
{
    public async ValueTask<Outcome<MappingRecord>> PutAsync(string name, ReadOnlyMemory<byte> document, Actor actor, CancellationToken cancellationToken)
    {
        Outcome<Gemel.Ingest.Mapping> read = MappingReader.Read(document.Span, name);
        if (!read.TryGetValue(out Gemel.Ingest.Mapping? mapping))
        {
            return Outcome<MappingRecord>.Failure(read.Errors);
        }
        if (mapping.Name != name)
        {
            return ClusterErrors.MappingNameDiffers.With(mapping.Name, name).On("/mapping");
        }
        MappingRecord record = new(name, document.ToArray(), Timestamp.From(clock.GetUtcNow()));
        CatalogDecision<MappingRecord> decision = new(record, new CatalogChange { MappingPut = CatalogCodec.ToWire(record) });
        return await changes.ChangeAsync<MappingRecord>(_ => decision, actor, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<Outcome<bool>> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        return changes.ChangeAsync<bool>(present =>
        {
            if (!present.Mappings.ContainsKey(name))
            {
                return new CatalogDecision<bool>(Result: false, Change: null);
            }
            DeviceRecord? user = present.Devices.Values.FirstOrDefault(device => device.Mapping == name);
            return user is null
                ? new CatalogDecision<bool>(Result: true, new CatalogChange { MappingDeleted = name })
                : ClusterErrors.MappingInUse.With(name, user.Id);
        }, actor, cancellationToken);
    }

    public Outcome<IReadOnlyList<MappedValue>> Test(MappingTrial trial)
    {
        Catalog present = catalog();
        Outcome<Gemel.Ingest.Mapping> read = Read(trial, present);
        if (!read.TryGetValue(out Gemel.Ingest.Mapping? mapping))
        {
            return Outcome<IReadOnlyList<MappedValue>>.Failure(read.Errors);
        }
        DeviceRecord? device = null;
        if (trial.Device is { } id && !present.Devices.TryGetValue(id.Value, out device))
        {
            return ClusterErrors.DeviceNotFound.With(id);
        }
        CborTranscoder cbor = new(options.MaxDepth);
        ReadOnlySpan<byte> json = trial.Payload.Span;
        if (trial.Format == PayloadFormat.Cbor && !cbor.TryTranscode(trial.Payload.Span, out json, out GemelError? damage))
        {
            return damage;
        }
        using TrialTargets targets = new(shards, device);
        GatewayDecoder decoder = new(options, targets, isTraced: true);
        DecodeReport report = new();
        decoder.Use(mapping, device?.Id.Value, new DeadbandMemory());
        decoder.Decode(json, trial.Topic, item: 0, report);
        GemelError? malformed = report.Errors.FirstOrDefault(error => error.Code == IngestErrors.Malformed);
        return malformed is null ? Outcome<IReadOnlyList<MappedValue>>.Success(ValuesOf(decoder, report)) : malformed;
    }

    private static Outcome<Gemel.Ingest.Mapping> Read(MappingTrial trial, Catalog present)
    {
        if (trial.Mapping is not { } name)
        {
            return MappingReader.Read(trial.Document.Span, "document");
        }
        return present.Mappings.TryGetValue(name, out MappingRecord? record)
            ? MappingReader.Read(record.Document.Span, name)
            : ClusterErrors.MappingNotFound.With(name);
    }

    private static MappedValue[] ValuesOf(GatewayDecoder decoder, DecodeReport report)
    {
        // What refuses an object as a whole belongs to no tag of its own.
        IEnumerable<GemelError> others = report.Errors.Except(decoder.Traced.Select(value => value.Error).OfType<GemelError>());
        return
        [
            .. decoder.Traced.Select(value => new MappedValue(
                value.Tag, value.Twin, value.Path, value.ValueJson, value.Unit, value.SourceTime, value.Quality, value.Error)),
            .. others.Select(error => new MappedValue(error.Target ?? "", null, null, null, null, Timestamp.None, Quality.Bad, error)),
        ];
    }

    /// <summary>The twins as they are, and batches that go nowhere.</summary>
    /// <param name="device">The device that would publish; null for one that may publish for all twins.</param>
    private sealed class TrialTargets(ShardSet shards, DeviceRecord? device) : IGatewayTargets, IDisposable
    {
        private readonly Dictionary<int, SampleBatchWriter> _batches = [];

        public object Bindings => this;

        public bool MayPublish(ReadOnlySpan<char> twin)
        {
            foreach (TwinId bound in device?.Twins ?? [])
            {
                if (twin.SequenceEqual(bound.Value))
                {
                    return true;
                }
            }
            return device is null;
        }

        public Twin? Find(ReadOnlySpan<char> id, out int shard) => shards.Find(id, out shard);

        public SampleBatchWriter BatchOf(int shard)
        {
            if (!_batches.TryGetValue(shard, out SampleBatchWriter? batch))
            {
                _batches[shard] = batch = new SampleBatchWriter();
                batch.Begin([], [], Timestamp.None);
            }
            return batch;
        }

        public void Dispose()
        {
            foreach (SampleBatchWriter batch in _batches.Values)
            {
                batch.Dispose();
            }
        }
    }
}
