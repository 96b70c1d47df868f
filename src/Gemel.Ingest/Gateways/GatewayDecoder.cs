using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gemel.Graph;

namespace Gemel.Ingest;

/// <summary>Decodes what a gateway publishes for many twins: objects that name their twin (<c>"$twin":"id"</c>), and flat objects of tags that
/// the device's mapping resolves; one, or an array of both kinds.</summary>
/// <remarks>
/// Use: <see cref="Use"/> whenever the mapping may have changed, then <see cref="Decode"/> per message.
/// Threading: one caller at a time. Nothing of a payload is kept but the names of its tags. Benchmark: <c>GatewayBenchmark</c>.
/// </remarks>
public sealed class GatewayDecoder
{
    private const int MaxIdUnits = 2 * IdRules.MaxCharacters;

    private readonly IngestOptions _options;
    private readonly IGatewayTargets _targets;
    private readonly GatewayBatches _batches;
    private readonly ObjectDecoder _objects;
    private readonly PlainTagsDecoder _plain;
    private readonly FlatObjectDecoder _flat;
    private readonly JsonReaderOptions _json;
    private readonly GatewayTrace? _trace;
    private Mapping? _mapping;
    private string? _device;
    private DeadbandMemory _deadbands = new();
    private bool _hasDeadbands;
    private string _topic = "";
    private MappingScope? _scope;
    private TagResolver? _tags;

    /// <param name="isTraced">Take a note of every value in <see cref="Traced"/>; slow.</param>
    public GatewayDecoder(IngestOptions options, IGatewayTargets targets, bool isTraced = false)
    {
        _options = options;
        _targets = targets;
        _batches = new GatewayBatches(targets);
        _objects = new ObjectDecoder(options);
        _trace = isTraced ? new GatewayTrace() : null;
        SampleStage stage = new();
        _plain = new PlainTagsDecoder(_batches, stage);
        _flat = new FlatObjectDecoder(options, _batches, stage) { Trace = _trace };
        _json = new JsonReaderOptions { MaxDepth = options.MaxDepth };
    }

    /// <summary>What became of each value so far; empty where the decoder does not trace.</summary>
    public IReadOnlyList<TracedValue> Traced => _trace?.Values ?? [];

    /// <summary>Sets the mapping; costs nothing where it is the one in use.</summary>
    /// <param name="mapping">Null: objects must name their twins.</param>
    /// <param name="device">For <c>{device}</c>; null where no device publishes.</param>
    /// <param name="deadbands">Shared by all decoders of the same device and mapping.</param>
    public void Use(Mapping? mapping, string? device, DeadbandMemory deadbands)
    {
        if (ReferenceEquals(mapping, _mapping) && device == _device && ReferenceEquals(deadbands, _deadbands))
        {
            return;
        }
        (_mapping, _device, _deadbands) = (mapping, device, deadbands);
        _hasDeadbands = mapping?.HasDeadbands ?? false;
        _tags = null;
    }

    /// <summary>Adds what fits of <paramref name="json"/> to the batches of the twins' shards.</summary>
    /// <param name="topic">As published, for rules with a topic.</param>
    /// <param name="item">The message's number, for the shards' receipts.</param>
    /// <param name="report">Is added to. A payload that is no JSON is refused whole, also what came before the damage.</param>
    public void Decode(ReadOnlySpan<byte> json, ReadOnlySpan<char> topic, int item, DecodeReport report)
    {
        if (!_hasDeadbands)
        {
            DecodeMessage(json, topic, item, report);
            return;
        }
        lock (_deadbands.Gate)
        {
            DecodeMessage(json, topic, item, report);
        }
    }

    private void DecodeMessage(ReadOnlySpan<byte> json, ReadOnlySpan<char> topic, int item, DecodeReport report)
    {
        ReportMark before = report.Mark();
        _batches.BeginMessage();
        SetTopic(topic);
        if (MayBePlain && _plain.TryDecode(json, _tags!, item, report))
        {
            return;
        }
        GemelError? malformed = Utf8.IsValid(json) ? null : IngestErrors.Malformed.With("JSON", "it is not UTF-8.");
        if (malformed is null)
        {
            Utf8JsonReader reader = new(json, _json);
            try
            {
                DecodeDocument(ref reader, item, report);
            }
            catch (JsonException exception)
            {
                malformed = IngestErrors.Malformed.With("JSON", exception.Message);
            }
        }
        if (malformed is null)
        {
            EndDeadbands(isTaken: true);
            return;
        }
        EndDeadbands(isTaken: false);
        _batches.Rewind();
        report.Untake(before);
        report.Reject(malformed);
    }

    // A rule for whole payloads, notes of every value, and values that wait for their deadband take the general way.
    private bool MayBePlain => _tags is not null && _trace is null && !_hasDeadbands && _scope!.WholePayload is null;

    private void EndDeadbands(bool isTaken)
    {
        if (!_hasDeadbands)
        {
            return;
        }
        if (isTaken)
        {
            _deadbands.Keep();
        }
        else
        {
            _deadbands.Drop();
        }
    }

    /// <summary>Finds the rules that hold for the topic; most senders have one topic only.</summary>
    private void SetTopic(ReadOnlySpan<char> topic)
    {
        if (_mapping is null || (_tags is not null && (!_mapping.HasTopics || topic.SequenceEqual(_topic))))
        {
            return;
        }
        _topic = topic.ToString();
        _scope = _mapping.For(_topic);
        _tags = new TagResolver(_targets, _mapping, _scope, _device, _deadbands);
    }

    private void DecodeDocument(ref Utf8JsonReader reader, int item, DecodeReport report)
    {
        reader.Read();
        if (_mapping is not null && _scope!.WholePayload is { } whole && !NamesTwin(reader))
        {
            DecodeWhole(ref reader, whole, item, report);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            DecodeArray(ref reader, entry: null, item, report);
        }
        else
        {
            DecodeElement(ref reader, entry: null, item, report);
        }
        // Anything but white space after the document throws.
        reader.Read();
    }

    private void DecodeWhole(ref Utf8JsonReader reader, MappingMatch whole, int item, DecodeReport report)
    {
        if (whole.Rule.IsIgnored)
        {
            reader.Skip();
            return;
        }
        TagEntry entry = _tags!.OfWholePayload(whole, _topic);
        if (whole.Rule.Path is not null)
        {
            _flat.DecodeSingle(ref reader, entry, _tags, item, report);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            DecodeArray(ref reader, entry, item, report);
        }
        else
        {
            DecodeElement(ref reader, entry, item, report);
        }
    }

    /// <param name="entry">The twin of all objects that name none; null where there is none.</param>
    private void DecodeArray(ref Utf8JsonReader reader, TagEntry? entry, int item, DecodeReport report)
    {
        int objects = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++objects > _options.MaxObjects)
            {
                report.Reject(IngestErrors.TooManyObjects.With(_options.MaxObjects));
                JsonTokens.SkipToEnd(ref reader);
                return;
            }
            DecodeElement(ref reader, entry, item, report);
        }
    }

    private void DecodeElement(ref Utf8JsonReader reader, TagEntry? entry, int item, DecodeReport report)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            report.Reject(IngestErrors.NotAnObject.With(reader.TokenType));
            reader.Skip();
            return;
        }
        Utf8JsonReader begin = reader;
        bool isFlat = entry is null && _tags is not null && !TwinComesFirst(reader);
        if (isFlat && _flat.TryDecode(ref reader, _tags!, _mapping!.Time, item, report))
        {
            return;
        }
        reader = begin;
        if (TryFindTwin(reader, out Utf8JsonReader twin))
        {
            DecodeNamed(ref reader, twin, item, report);
        }
        else if (entry is not null)
        {
            DecodeOfEntry(ref reader, entry, item, report);
        }
        else
        {
            Refuse(ref reader, IngestErrors.NoTwinNamed.With(), report);
        }
    }

    private void DecodeOfEntry(ref Utf8JsonReader reader, TagEntry entry, int item, DecodeReport report)
    {
        GemelError? refusal = entry.Refusal;
        if (refusal is not null || !_tags!.TryAim(entry, out refusal))
        {
            Refuse(ref reader, refusal!, report);
            return;
        }
        DecodeObject(ref reader, entry.Group!.Twin, entry.Group.Shard, allowTwin: false, item, report);
    }

    private void DecodeNamed(ref Utf8JsonReader reader, Utf8JsonReader twin, int item, DecodeReport report)
    {
        Span<char> units = stackalloc char[MaxIdUnits];
        if (!TryReadId(twin, units, out int length))
        {
            Refuse(ref reader, IngestErrors.UnknownTwin.With(JsonTokens.Shown(twin)), report);
            return;
        }
        ReadOnlySpan<char> id = units[..length];
        if (!_targets.MayPublish(id))
        {
            Refuse(ref reader, IngestErrors.NotBound.With(id.ToString()).On(id.ToString()), report);
        }
        else if (_targets.Find(id, out int shard) is not { } found)
        {
            Refuse(ref reader, IngestErrors.UnknownTwin.With(id.ToString()).On(id.ToString()), report);
        }
        else
        {
            DecodeObject(ref reader, found, shard, allowTwin: true, item, report);
        }
    }

    private void DecodeObject(ref Utf8JsonReader reader, Twin twin, int shard, bool allowTwin, int item, DecodeReport report)
    {
        SampleBatchWriter batch = _batches.Of(shard);
        int objectsBefore = batch.Count;
        int errorsBefore = report.Errors.Count;
        _objects.Decode(ref reader, twin, item, allowTwin, batch, report);
        _trace?.TakeObject(batch, objectsBefore, twin, report.Errors.Skip(errorsBefore));
    }

    private void Refuse(ref Utf8JsonReader reader, GemelError error, DecodeReport report)
    {
        report.Reject(error);
        _trace?.Refuse(error.Target ?? "", error);
        reader.Skip();
    }

    private static bool TryReadId(in Utf8JsonReader twin, Span<char> id, out int length)
    {
        length = 0;
        if (twin.TokenType != JsonTokenType.String)
        {
            return false;
        }
        ReadOnlySpan<byte> utf8 = JsonTokens.Utf8(twin);
        return Encoding.UTF8.TryGetChars(utf8, id, out length);
    }

    private static bool NamesTwin(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject && TryFindTwin(reader, out _);

    private static bool TwinComesFirst(Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName && JsonTokens.Utf8(reader).SequenceEqual("$twin"u8);

    /// <summary>Looks for <c>$twin</c> among the members of the object at <paramref name="reader"/>; usually the first.</summary>
    /// <param name="twin">Stands on its value.</param>
    private static bool TryFindTwin(Utf8JsonReader reader, out Utf8JsonReader twin)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isTwin = JsonTokens.Utf8(reader).SequenceEqual("$twin"u8);
            reader.Read();
            if (isTwin)
            {
                twin = reader;
                return true;
            }
            reader.Skip();
        }
        twin = default;
        return false;
    }
}
