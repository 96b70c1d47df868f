using System.Text;
using System.Text.Json;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Takes one object of names to values, components as nested objects, into a batch as one object of one twin.</summary>
internal sealed class ObjectDecoder(IngestOptions options)
{
    private const int NamesShown = 12;

    private readonly ValueDecoder _values = new();
    private readonly ColumnSet _seen = new();
    private byte[] _name = new byte[128];

    /// <summary>Reads the object whose members come next from <paramref name="reader"/> and leaves the reader at its end.</summary>
    /// <param name="allowTwin">The member <c>$twin</c> is there and was looked at already.</param>
    public void Decode(ref Utf8JsonReader reader, Twin twin, int item, bool allowTwin, SampleBatchWriter batch, DecodeReport report)
    {
        TwinSchema schema = twin.Schema;
        BatchMark mark = batch.Mark();
        int errorsBefore = report.Errors.Count;
        int takenBefore = report.Taken;
        _seen.Clear(schema.Columns.Length);
        Controls controls = default;
        batch.BeginObject(twin, schema, Timestamp.None, item, isAtomic: false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan is [(byte)'$', ..])
            {
                ReadControl(ref reader, allowTwin, ref controls, report);
            }
            else
            {
                DecodeMember(ref reader, schema, component: null, batch, report);
            }
        }
        int errors = report.Errors.Count - errorsBefore;
        bool isWhole = controls.IsAtomic || options.OnInvalid == InvalidValues.Object;
        if (controls.IsRefused || (errors > 0 && isWhole))
        {
            batch.Rewind(mark);
            report.Taken = takenBefore;
            if (!controls.IsRefused)
            {
                report.Reject(IngestErrors.AtomicRefused.With(errors));
            }
            return;
        }
        report.SawTime(controls.Time);
        batch.EndObject(controls.Time);
    }

    private static void ReadControl(ref Utf8JsonReader reader, bool allowTwin, ref Controls controls, DecodeReport report)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        reader.Read();
        if (name.SequenceEqual("$time"u8))
        {
            if (!TimeReader.TryRead(ref reader, out Timestamp time))
            {
                // A value must not slip to another time, so the whole object goes.
                report.Reject(TimeReader.Error(reader));
                controls.IsRefused = true;
                reader.Skip();
            }
            controls.Time = time;
        }
        else if (name.SequenceEqual("$atomic"u8) && reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            controls.IsAtomic = reader.TokenType == JsonTokenType.True;
        }
        else if (!allowTwin || !name.SequenceEqual("$twin"u8))
        {
            report.Reject(IngestErrors.UnknownControl.With(Encoding.UTF8.GetString(name)));
            reader.Skip();
        }
    }

    private void DecodeMember(ref Utf8JsonReader reader, TwinSchema schema, ComponentSchema? component, SampleBatchWriter batch, DecodeReport report)
    {
        ReadOnlySpan<byte> name = reader.ValueIsEscaped ? Unescape(reader) : reader.ValueSpan;
        Column? column = component is null ? schema.FindColumn(name) : component.FindColumn(name);
        if (column is not null)
        {
            reader.Read();
            if (_seen.Add(column.Number))
            {
                _values.Decode(ref reader, column, batch, report);
                return;
            }
            report.Reject(IngestErrors.DuplicateName.With(column.Path));
            reader.Skip();
            return;
        }
        if (component is null && schema.FindComponent(name) is { } part)
        {
            reader.Read();
            DecodeComponent(ref reader, schema, part, batch, report);
            return;
        }
        if (options.OnUnknown == UnknownNames.Reject)
        {
            report.Reject(Unknown(name, schema, component));
        }
        reader.Read();
        reader.Skip();
    }

    private ReadOnlySpan<byte> Unescape(in Utf8JsonReader reader)
    {
        int length = reader.ValueSpan.Length;
        if (length > _name.Length)
        {
            _name = new byte[length];
        }
        return _name.AsSpan(0, reader.CopyString(_name));
    }

    private void DecodeComponent(ref Utf8JsonReader reader, TwinSchema schema, ComponentSchema component, SampleBatchWriter batch, DecodeReport report)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            report.Reject(IngestErrors.ComponentNotAnObject.With(component.Name, reader.TokenType));
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            DecodeMember(ref reader, schema, component, batch, report);
        }
    }

    private static GemelError Unknown(ReadOnlySpan<byte> name, TwinSchema schema, ComponentSchema? component)
    {
        IEnumerable<string> names = component is null
            ? schema.Columns.Where(c => c.Component is null).Select(c => c.Name).Concat(schema.Components.Select(c => c.Name))
            : component.Columns.Select(c => c.Name);
        string place = component is null ? schema.Model.Value : $"{schema.Model.Value} {component.Name}";
        return IngestErrors.UnknownName.With(Encoding.UTF8.GetString(name), place, place, string.Join(", ", names.Take(NamesShown)))
            .On(Encoding.UTF8.GetString(name));
    }

    private struct Controls
    {
        public Timestamp Time;
        public bool IsAtomic;
        public bool IsRefused;
    }
}
