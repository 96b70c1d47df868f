using System.Collections.Immutable;
using System.Text;
using Gemel.Graph;
using Gemel.Ingest;

namespace Gemel.Cluster;

/// <summary>The data of one sender on its way: decoded here, gathered to one batch per shard, sent as a wave.</summary>
internal sealed class IngestSession : IIngestSession, IGatewayTargets
{
    private static readonly DeadbandMemory NoDeadbands = new();

    private readonly IngestGateway _gateway;
    private readonly IngestServices _services;
    private readonly Identity _identity;
    private readonly string _origin;
    private readonly byte[] _actorUtf8;
    private readonly byte[] _originUtf8;
    private readonly BoundTwins _bound;
    private readonly DataDecoder _decoder;
    private readonly GatewayDecoder _gatewayDecoder;
    private readonly CborTranscoder _cbor;
    private readonly DecodeReport _report = new();
    private readonly KnownTwins _known = new();
    private DeviceRecord? _knownUnder;
    private SampleWave _wave;
    private Task<WaveReceipt> _lastWave = Task.FromResult(new WaveReceipt(0, null));

    public IngestSession(IngestGateway gateway, Identity identity, string origin)
    {
        _gateway = gateway;
        _services = gateway.Services;
        _identity = identity;
        _origin = origin;
        _actorUtf8 = Encoding.UTF8.GetBytes(identity.Name);
        _originUtf8 = Encoding.UTF8.GetBytes(origin);
        _bound = new BoundTwins(identity, _services.Catalog);
        _decoder = new DataDecoder(_services.Options);
        _gatewayDecoder = new GatewayDecoder(_services.Options, this);
        _cbor = new CborTranscoder(_services.Options.MaxDepth);
        _wave = NewWave();
    }

    public int Pending => _wave.Messages;

    object IGatewayTargets.Bindings => _services.Catalog();

    public MessageDisposition Add(in DataMessage message)
    {
        int item = _wave.Messages++;
        _report.Reset();
        MessageDisposition disposition = Decode(message, item);
        _wave.Saw(_report);
        if (_report.Errors.Count > 0)
        {
            ImmutableArray<GemelError> errors = _wave.HasRoomForReasons ? [.. _report.Errors] : [_report.Errors[0]];
            _wave.Except(new MessageReceipt(item, disposition, _report.Taken, _report.Rejected, errors));
            Record(message, errors);
        }
        return disposition;
    }

    public async ValueTask<Task<WaveReceipt>> FlushAsync(CancellationToken cancellationToken)
    {
        SampleWave wave = _wave;
        _wave = NewWave();
        if (_services.Disk.Refusal is { } refusal && wave.Messages > 0)
        {
            IngestMetrics.Refused(refusal.Error.Code.Code, wave.Messages);
            wave.Abandon();
            return _lastWave = RefuseAfterAsync(_lastWave, refusal);
        }
        try
        {
            await _services.BackPressure.WaitAsync(cancellationToken).ConfigureAwait(false);
            await wave.SendAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await wave.GiveUpAsync().ConfigureAwait(false);
            throw;
        }
        if (_identity.Device is { } device)
        {
            wave.ReportTo(_services.Presence, device);
        }
        _lastWave = wave.CompleteAfterAsync(_lastWave);
        return _lastWave;
    }

    public void Dispose() => _wave.Abandon();

    bool IGatewayTargets.MayPublish(ReadOnlySpan<char> twin) => _bound.Contains(twin);

    Twin? IGatewayTargets.Find(ReadOnlySpan<char> id, out int shard) => _services.Shards.Find(id, out shard);

    SampleBatchWriter IGatewayTargets.BatchOf(int shard) => _wave.BatchFor(shard);

    private MessageDisposition Decode(in DataMessage message, int item)
    {
        ReadOnlySpan<byte> json = message.Payload;
        if (message.Format == PayloadFormat.Cbor && !_cbor.TryTranscode(message.Payload, out json, out GemelError? damage))
        {
            _report.Reject(damage);
            return MessageDisposition.Rejected;
        }
        return message.Twin.IsEmpty ? DecodeGateway(json, message.Topic, item) : DecodeTwin(json, message.Twin, item);
    }

    private MessageDisposition DecodeTwin(ReadOnlySpan<byte> json, ReadOnlySpan<char> id, int item)
    {
        if (FindKnown(id) is not { } twin)
        {
            if (FindAllowed(id, out MessageDisposition refused) is not { } found)
            {
                return refused;
            }
            _known.Add(twin = found);
        }
        _decoder.Decode(json, twin, item, _wave.BatchFor(_services.Shards.NumberOf(twin.Key)), _report);
        return Disposition();
    }

    // A twin was allowed under the bindings that held when it came in; under others all are looked up again.
    private Twin? FindKnown(ReadOnlySpan<char> id)
    {
        DeviceRecord? bindings = _bound.Record;
        if (!ReferenceEquals(bindings, _knownUnder))
        {
            _knownUnder = bindings;
            _known.Clear();
        }
        return _known.Find(id);
    }

    /// <param name="refused">Why there is no twin.</param>
    private Twin? FindAllowed(ReadOnlySpan<char> id, out MessageDisposition refused)
    {
        if (!_bound.Contains(id))
        {
            _report.Reject(IngestErrors.NotBound.With(id.ToString()));
            refused = MessageDisposition.NotAuthorized;
            return null;
        }
        refused = MessageDisposition.UnknownTwin;
        Twin? twin = _services.Shards.Find(id, out _);
        if (twin is null)
        {
            _report.Reject(IngestErrors.UnknownTwin.With(id.ToString()));
        }
        return twin;
    }

    private MessageDisposition DecodeGateway(ReadOnlySpan<byte> json, ReadOnlySpan<char> topic, int item)
    {
        string? device = _identity.Device?.Value ?? DeviceOf(topic);
        DeviceMapping? mapping = device is null ? null : _gateway.Mappings.Find(device);
        if (mapping is null)
        {
            _gatewayDecoder.Use(null, device, NoDeadbands);
        }
        else if (mapping.Mapping.TryGetValue(out Gemel.Ingest.Mapping? readable))
        {
            _wave.Uses(mapping.Deadbands);
            _gatewayDecoder.Use(readable, device, mapping.Deadbands);
        }
        else
        {
            _report.Reject(mapping.Mapping.Errors[0]);
            return MessageDisposition.Rejected;
        }
        _gatewayDecoder.Decode(json, topic, item, _report);
        return Disposition();
    }

    /// <summary>The device of <c>devices/{id}/data</c>, for an administrator who publishes in its place; null for other topics.</summary>
    private static string? DeviceOf(ReadOnlySpan<char> topic)
    {
        const string before = "devices/";
        const string after = "/data";
        return topic.StartsWith(before) && topic.EndsWith(after) && topic.Length > before.Length + after.Length
            ? Uri.UnescapeDataString(topic[before.Length..^after.Length])
            : null;
    }

    private MessageDisposition Disposition()
    {
        return _report.Errors.Count == 0 ? MessageDisposition.Taken
            : _report.Taken > 0 ? MessageDisposition.PartlyRejected
            : MessageDisposition.Rejected;
    }

    private void Record(in DataMessage message, ImmutableArray<GemelError> errors)
    {
        int kept = Math.Min(message.Payload.Length, RejectionOptions.MaxPayloadKept);
        Timestamp now = Timestamp.From(_services.Clock.GetUtcNow());
        _services.Rejections.Record(new Rejection(
            Number: 0, now, _identity.Device, _identity.Name, message.Topic.ToString(), message.Payload[..kept].ToArray(), message.Payload.Length, errors));
    }

    private static async Task<WaveReceipt> RefuseAfterAsync(Task<WaveReceipt> before, GemelException refusal)
    {
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new GemelException(refusal.Errors, refusal);
    }

    private SampleWave NewWave() => new(_gateway, _origin, _actorUtf8, _originUtf8);
}
