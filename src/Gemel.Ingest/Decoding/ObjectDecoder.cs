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

    /// <summary>Reads the object whose members come next from <paramref name="reader"/> and leaves the reader at its end.</summary>
    /// <param name="allowTwin">The member <c>$twin</c> is there and was looked at already.</param>
    public void Decode(ref Utf8JsonReader reader, Twin twin, int item, bool allowTwin, SampleBatchWriter batch, DecodeReport report)
    {
        TwinSchema schema = twin.Schema;
        BatchMark mark = batch.Mark();
        ReportMark before = report.Mark();
        _seen.Clear(schema.Columns.Length);
        ObjectControls controls = new(allowTwin);
        batch.BeginObject(twin, schema, Timestamp.None, item, isAtomic: false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = JsonTokens.Utf8(reader);
            if (name is [(byte)'$', ..])
            {
                controls.Read(ref reader, report);
            }
            else
            {
                DecodeMember(ref reader, name, schema, component: null, ref controls, batch, report);
            }
        }
        if (controls.Refuses(options, report, before))
        {
            batch.Rewind(mark);
            return;
        }
        report.SawTime(controls.Time);
        batch.EndObject(controls.Time);
    }

    private void DecodeMember(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> name, TwinSchema schema, ComponentSchema? component, ref ObjectControls controls, SampleBatchWriter batch, DecodeReport report)
    {
        Column? column = component is null ? schema.FindColumn(name) : component.FindColumn(name);
        if (column is not null)
        {
            reader.Read();
            if (_seen.Add(column.Number))
            {
                DecodedSample sample = _values.Decode(ref reader, column);
                sample.AddTo(batch, column.Number);
                report.Count(sample);
                return;
            }
            // Which of the two was meant nobody knows, nor what else is wrong with a document that its sender built so.
            controls.Refuse(IngestErrors.DuplicateName.With(column.Path).On(column.Path), report);
            reader.Skip();
            return;
        }
        if (component is null && schema.FindComponent(name) is { } part)
        {
            reader.Read();
            DecodeComponent(ref reader, schema, part, ref controls, batch, report);
            return;
        }
        if (options.OnUnknown == UnknownNames.Reject)
        {
            report.Reject(Unknown(name, schema, component));
        }
        reader.Read();
        reader.Skip();
    }

    private void DecodeComponent(
        ref Utf8JsonReader reader, TwinSchema schema, ComponentSchema component, ref ObjectControls controls, SampleBatchWriter batch, DecodeReport report)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            report.Reject(IngestErrors.ComponentNotAnObject.With(component.Name, reader.TokenType));
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            DecodeMember(ref reader, JsonTokens.Utf8(reader), schema, component, ref controls, batch, report);
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
}
