using System.Text.Json;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Decodes flat objects of tags, which the device's mapping resolves; one object may go to many twins.</summary>
/// <remarks>Nothing of an object is in a batch before its end is read: its time, or what refuses it whole, may come last.</remarks>
internal sealed class FlatObjectDecoder(IngestOptions options, GatewayBatches batches, SampleStage stage)
{
    private readonly TagValueDecoder _values = new();
    private TagEntry? _last;

    /// <summary>Takes a note of what becomes of each tag; null: none is wanted.</summary>
    public GatewayTrace? Trace { get; set; }

    /// <summary>Reads the object whose members come next from <paramref name="reader"/> and leaves the reader at its end.</summary>
    /// <returns>False where the object names its twin, so that no mapping applies: nothing of it was taken then.</returns>
    public bool TryDecode(ref Utf8JsonReader reader, TagResolver tags, TimeTag? timeTag, int item, DecodeReport report)
    {
        ReportMark before = report.Mark();
        ObjectControls controls = new(allowTwin: false);
        Timestamp tagTime = Timestamp.None;
        stage.BeginObject();
        Trace?.BeginObject();
        _last = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = JsonTokens.Utf8(reader);
            if (name is [(byte)'$', ..])
            {
                if (name.SequenceEqual("$twin"u8))
                {
                    report.Rewind(before);
                    Trace?.DropObject();
                    return false;
                }
                controls.Read(ref reader, report);
                continue;
            }
            TagEntry entry = tags.Find(name, _last);
            _last = entry;
            reader.Read();
            if (entry.Kind == TagKind.Target)
            {
                DecodeTarget(ref reader, entry, tags, report);
            }
            else
            {
                DecodeOther(ref reader, entry, timeTag, ref tagTime, ref controls, report);
            }
        }
        if (!controls.Refuses(options, report, before))
        {
            Complete(controls.Time.IsNone ? tagTime : controls.Time, item, report);
        }
        return true;
    }

    /// <summary>Takes one value that is a payload of its own.</summary>
    public void DecodeSingle(ref Utf8JsonReader reader, TagEntry entry, TagResolver tags, int item, DecodeReport report)
    {
        ReportMark before = report.Mark();
        stage.BeginObject();
        Trace?.BeginObject();
        DecodeTarget(ref reader, entry, tags, report);
        if (!new ObjectControls(allowTwin: false).Refuses(options, report, before))
        {
            Complete(Timestamp.None, item, report);
        }
    }

    private void DecodeTarget(ref Utf8JsonReader reader, TagEntry entry, TagResolver tags, DecodeReport report)
    {
        GemelError? refusal = entry.Refusal;
        if (refusal is not null || !tags.TryAim(entry, out refusal))
        {
            Refuse(ref reader, entry, refusal!, report);
            return;
        }
        if (!stage.TryBegin(entry))
        {
            Refuse(ref reader, entry, IngestErrors.DuplicateTarget.With(entry.Name, entry.Path, entry.TwinId).On(entry.Name), report);
            return;
        }
        DecodedSample sample = _values.Decode(ref reader, entry.Conversion!, entry.Name);
        if (sample.Error is { } error)
        {
            report.Reject(error);
            Trace?.Refuse(entry, error);
        }
        stage.Add(entry, sample);
    }

    private void DecodeOther(
        ref Utf8JsonReader reader, TagEntry entry, TimeTag? timeTag, ref Timestamp tagTime, ref ObjectControls controls, DecodeReport report)
    {
        if (entry.Kind == TagKind.Refused)
        {
            Refuse(ref reader, entry, entry.Refusal!, report);
            return;
        }
        if (entry.Kind == TagKind.Time && reader.TokenType != JsonTokenType.Null)
        {
            ReadTime(ref reader, timeTag!, ref tagTime, ref controls, report);
        }
        reader.Skip();
    }

    private void ReadTime(ref Utf8JsonReader reader, TimeTag timeTag, ref Timestamp tagTime, ref ObjectControls controls, DecodeReport report)
    {
        bool isScalar = reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
        GemelError? error = !tagTime.IsNone
            ? IngestErrors.DuplicateName.With(timeTag.Tag)
            : isScalar && timeTag.TryRead(JsonTokens.Text(reader), out tagTime) ? null
            : IngestErrors.InvalidTimeTag.With(JsonTokens.Shown(reader), timeTag.Tag, timeTag.Format);
        if (error is not null)
        {
            controls.Refuse(error.On(timeTag.Tag), report);
            Trace?.Refuse(timeTag.Tag, error);
        }
    }

    private void Refuse(ref Utf8JsonReader reader, TagEntry entry, GemelError error, DecodeReport report)
    {
        report.Reject(error);
        Trace?.Refuse(entry, error);
        reader.Skip();
    }

    /// <summary>Brings the object's samples into the batches, twin by twin.</summary>
    private void Complete(Timestamp time, int item, DecodeReport report)
    {
        report.SawTime(time);
        foreach (TwinGroup group in stage.Groups)
        {
            SampleBatchWriter batch = batches.Of(group.Shard);
            batch.BeginObject(group.Twin, group.Twin.Schema, time, item, isAtomic: false);
            for (int at = group.First; at != SampleStage.None; at = stage[at].Next)
            {
                CompleteSample(stage[at], time, batch, report);
            }
            batch.EndObject();
        }
    }

    private void CompleteSample(in StagedSample staged, Timestamp time, SampleBatchWriter batch, DecodeReport report)
    {
        DecodedSample sample = stage.Read(staged);
        TagEntry entry = staged.Entry;
        if (entry.Deadband is { } deadband && !Takes(deadband, entry, sample, sample.Time.IsNone ? time : sample.Time))
        {
            report.LeaveOut();
            return;
        }
        sample.AddTo(batch, entry.Conversion!.Column.Number);
        report.SawTime(sample.Time);
        if (!staged.IsRefused)
        {
            report.Take();
            Trace?.Take(entry, sample, time);
        }
    }

    private static bool Takes(DeadbandCell deadband, TagEntry entry, in DecodedSample sample, Timestamp time)
    {
        if (sample.Form != SampleForm.Bits || sample.Quality != Quality.Good)
        {
            deadband.TookOther();
            return true;
        }
        Column column = entry.Conversion!.Column;
        ValueConversion rule = entry.Conversion.Rule;
        double value = column.NumberOf(sample.Bits);
        if (rule.Unit is { } unit && column.Unit is { } own && Units.TryConvert(own, unit, value, out double converted))
        {
            value = converted;
        }
        return deadband.Takes(value, sample.Reason, time, rule);
    }
}
