using System.Buffers;
using System.Text;
using System.Text.Json;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Notes what becomes of each value of a message.</summary>
internal sealed class GatewayTrace
{
    private readonly List<TracedValue> _values = [];
    private int _objectStart;

    public IReadOnlyList<TracedValue> Values => _values;

    public void BeginObject() => _objectStart = _values.Count;

    /// <summary>The present object is to be decoded in another way.</summary>
    public void DropObject() => _values.RemoveRange(_objectStart, _values.Count - _objectStart);

    public void Refuse(string tag, GemelError error) => _values.Add(new TracedValue(tag, null, null, null, null, Timestamp.None, Quality.Bad, error));

    public void Refuse(TagEntry entry, GemelError error)
    {
        bool hasTarget = entry.Kind == TagKind.Target;
        _values.Add(new TracedValue(
            entry.Name, hasTarget ? entry.TwinId : null, hasTarget ? entry.Path : null, null, null, Timestamp.None, Quality.Bad, error));
    }

    public void Take(TagEntry entry, in DecodedSample sample, Timestamp time)
    {
        Column column = entry.Conversion!.Column;
        string? json = sample.Form == SampleForm.None ? null : JsonOf(column, sample.Form == SampleForm.Text, sample.Bits, sample.Text);
        _values.Add(new TracedValue(
            entry.Name, entry.TwinId, column.Path, json, column.Unit, sample.Time.IsNone ? time : sample.Time, sample.Quality, Error: null));
    }

    /// <summary>Notes an object that named its twin.</summary>
    /// <param name="batch">Its last object is the one.</param>
    /// <param name="errors">What was refused of it.</param>
    public void TakeObject(SampleBatchWriter batch, int objectsBefore, Twin twin, IEnumerable<GemelError> errors)
    {
        foreach (GemelError error in errors)
        {
            _values.Add(new TracedValue(error.Target ?? "", twin.Id.Value, null, null, null, Timestamp.None, Quality.Bad, error));
        }
        if (batch.Count == objectsBefore)
        {
            return;
        }
        SampleBatchReader reader = new(batch.Written.Span);
        for (int i = 0; i <= objectsBefore; i++)
        {
            reader.NextObject();
        }
        while (reader.NextValue())
        {
            Column column = twin.Schema.Columns[reader.Column];
            if (!reader.ReasonUtf8.SequenceEqual("invalid"u8))
            {
                string? json = reader.HasValue ? JsonOf(column, reader.HasText, reader.Bits, reader.Text) : null;
                Timestamp time = new(reader.ValueSource);
                _values.Add(new TracedValue(column.Path, twin.Id.Value, column.Path, json, column.Unit, time, reader.Quality, Error: null));
            }
        }
    }

    private static string JsonOf(Column column, bool isText, long bits, ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            ValueWriter.Write(writer, column.Schema, column.Kind, bits, isText ? text : default);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
