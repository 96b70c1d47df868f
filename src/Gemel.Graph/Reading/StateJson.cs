using System.Buffers;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>Writes the full present state of a twin with quality and times, as <c>twins/{id}/state</c> carries it.</summary>
/// <remarks>
/// Properties and last values of telemetry alike, each as the envelope that devices send, so that one vocabulary holds both ways:
/// <c>{"$twin":"p1","$model":"dtmi:…;1","$etag":"…","$time":"…","temperature":{"$value":21.5,"$unit":"degreeCelsius",
/// "$time":"…","$serverTime":"…","$quality":"good"},"motor":{"rpm":{…}}}</c>. The outer <c>$time</c> is the newest server time in it; a value's
/// <c>$time</c> is its source time, or server time where it has none; <c>$unit</c> and <c>$reason</c> are there only where known; a value
/// that never came good has <c>"$value":null</c>. What was never set is left out; components are always there.
/// </remarks>
public static class StateJson
{
    /// <summary>Writes one object.</summary>
    public static void Write(TwinView view, IBufferWriter<byte> output)
    {
        TwinJsonLayout layout = TwinJsonLayout.Of(view.Schema);
        JsonSpanWriter json = new(output.GetSpan(TwinJson.MaxLength(view, layout)));
        json.Raw("{\"$twin\":"u8);
        json.Text(view.Id.Value);
        json.Raw(",\"$model\":"u8);
        json.Raw(layout.ModelJson);
        json.Raw(",\"$etag\":"u8);
        ETag.WriteJson(ref json, view);
        json.Raw(",\"$time\":\""u8);
        json.Time(NewestTime(view));
        json.Byte('"');
        bool isFirst = false;
        WriteValues(ref json, layout.Root.Properties, view.Cells, ref isFirst);
        WriteValues(ref json, layout.Root.Telemetry, view.Cells, ref isFirst);
        foreach (ComponentLayout component in layout.Components)
        {
            json.Byte(',');
            json.Raw(component.NameJson);
            json.Byte('{');
            bool isFirstOfComponent = true;
            WriteValues(ref json, component.Properties, view.Cells, ref isFirstOfComponent);
            WriteValues(ref json, component.Telemetry, view.Cells, ref isFirstOfComponent);
            json.Byte('}');
        }
        json.Byte('}');
        output.Advance(json.Written);
    }

    /// <summary>Writes the last values of all telemetry as one object, components as nested ones where they have any.</summary>
    internal static void WriteTelemetry(ref JsonSpanWriter json, TwinJsonLayout layout, ReadOnlySpan<CellView> cells)
    {
        json.Byte('{');
        bool isFirst = true;
        WriteValues(ref json, layout.Root.Telemetry, cells, ref isFirst);
        foreach (ComponentLayout component in layout.Components)
        {
            if (component.Telemetry.Length > 0)
            {
                json.Separate(ref isFirst);
                json.Raw(component.NameJson);
                json.Byte('{');
                bool isFirstOfComponent = true;
                WriteValues(ref json, component.Telemetry, cells, ref isFirstOfComponent);
                json.Byte('}');
            }
        }
        json.Byte('}');
    }

    private static void WriteValues(ref JsonSpanWriter json, PropertyLayout[] columns, ReadOnlySpan<CellView> cells, ref bool isFirst)
    {
        foreach (PropertyLayout column in columns)
        {
            ref readonly CellView cell = ref cells[column.Number];
            if (cell.IsSet)
            {
                json.Separate(ref isFirst);
                json.Raw(column.NameJson);
                WriteEnvelope(ref json, column, in cell);
            }
        }
    }

    private static void WriteEnvelope(ref JsonSpanWriter json, PropertyLayout column, in CellView cell)
    {
        json.Raw("{\"$value\":"u8);
        if (cell.HasValue)
        {
            TwinJson.WriteValue(ref json, column, in cell);
        }
        else
        {
            json.Raw("null"u8);
        }
        if (column.UnitJson.Length > 0)
        {
            json.Raw(",\"$unit\":"u8);
            json.Raw(column.UnitJson);
        }
        WriteTimes(ref json, in cell);
        json.Raw(",\"$quality\":"u8);
        json.Quality(cell.Quality);
        if (cell.Reason is not null)
        {
            json.Raw(",\"$reason\":"u8);
            json.Text(cell.Reason);
        }
        json.Byte('}');
    }

    private static void WriteTimes(ref JsonSpanWriter json, in CellView cell)
    {
        if (cell.Server.IsNone)
        {
            return;
        }
        json.Raw(",\"$time\":\""u8);
        json.Time(cell.Source.IsNone ? cell.Server : cell.Source);
        json.Raw("\",\"$serverTime\":\""u8);
        json.Time(cell.Server);
        json.Byte('"');
    }

    private static Timestamp NewestTime(TwinView view)
    {
        Timestamp newest = view.LastUpdate;
        foreach (ref readonly CellView cell in view.Cells)
        {
            newest = cell.Server > newest ? cell.Server : newest;
        }
        return newest;
    }
}
