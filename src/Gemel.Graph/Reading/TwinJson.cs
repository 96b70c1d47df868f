using System.Buffers;
using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>Writes twins and components as Azure Digital Twins' bodies.</summary>
/// <remarks>
/// On the path of every GET: fixed pieces come from <see cref="TwinJsonLayout"/>, the length is bounded first, so that all is
/// written into one span without looking at its end. Never set properties do not appear. Quality and reason stand inside the
/// property's own metadata object, and only where it is not plainly good: Azure's SDKs refuse any other new member of $metadata.
/// Threading: safe for concurrent callers with views of their own.
/// </remarks>
public static class TwinJson
{
    /// <summary>Writes the body of <c>GET /digitaltwins/{id}</c>.</summary>
    public static void Write(TwinView view, IBufferWriter<byte> output, TwinJsonOptions options)
    {
        TwinJsonLayout layout = TwinJsonLayout.Of(view.Schema);
        JsonSpanWriter json = new(output.GetSpan(MaxLength(view, layout)));
        json.Raw("{\"$dtId\":"u8);
        json.Text(view.Id.Value);
        json.Raw(",\"$etag\":"u8);
        ETag.WriteJson(ref json, view);
        bool isFirst = false;
        WriteValues(ref json, layout.Root.Properties, view.Cells, ref isFirst);
        foreach (ComponentLayout component in layout.Components)
        {
            json.Byte(',');
            json.Raw(component.NameJson);
            WriteComponentObject(ref json, component, view, options);
        }
        if (options.IncludeTelemetry)
        {
            json.Raw(",\"$telemetry\":"u8);
            StateJson.WriteTelemetry(ref json, layout, view.Cells);
        }
        WriteTwinMetadata(ref json, layout, view, options);
        json.Byte('}');
        output.Advance(json.Written);
    }

    /// <summary>Writes the body of <c>GET /digitaltwins/{id}/components/{component}</c>.</summary>
    /// <returns>False where the twin has no component of that name; nothing is written then.</returns>
    public static bool TryWriteComponent(TwinView view, string component, IBufferWriter<byte> output, TwinJsonOptions options)
    {
        TwinJsonLayout layout = TwinJsonLayout.Of(view.Schema);
        for (int i = 0; i < layout.Components.Length; i++)
        {
            if (view.Schema.Components[i].Name == component)
            {
                JsonSpanWriter json = new(output.GetSpan(MaxLength(view, layout)));
                WriteComponentObject(ref json, layout.Components[i], view, options);
                output.Advance(json.Written);
                return true;
            }
        }
        return false;
    }

    /// <summary>Writes the value of one cell as the bodies show it.</summary>
    /// <param name="column">A column of <paramref name="schema"/>.</param>
    /// <param name="bits">Of kinds held in 64 bits.</param>
    /// <param name="text">Of Text and Json.</param>
    public static void WriteValue(TwinSchema schema, Column column, long bits, byte[]? text, IBufferWriter<byte> output)
    {
        PropertyLayout property = TwinJsonLayout.Of(schema).PropertyOf(column);
        CellView cell = new() { HasValue = true, Bits = bits, Text = text };
        JsonSpanWriter json = new(output.GetSpan(MaxLength(property, in cell)));
        WriteValue(ref json, property, in cell);
        output.Advance(json.Written);
    }

    /// <summary>Writes a string, its quotes included, escaped as the bodies escape.</summary>
    public static void WriteText(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output) =>
        output.Advance(JsonText.Write(utf8, output.GetSpan(JsonText.MaxLength(utf8))));

    /// <summary>No JSON of the view is longer, its state's neither.</summary>
    internal static int MaxLength(TwinView view, TwinJsonLayout layout)
    {
        ReadOnlySpan<CellView> cells = view.Cells;
        int length = layout.FixedLength + JsonText.MaxLength(view.Id.Value);
        foreach (int column in layout.TextColumns)
        {
            length = checked(length + (cells[column].Text is { } text ? JsonText.MaxLength(text) : 0));
        }
        foreach (ref readonly CellView cell in cells)
        {
            length += cell.Reason is null ? 0 : JsonText.MaxLength(cell.Reason);
        }
        return length;
    }

    /// <summary>One value as JSON.</summary>
    internal static byte[] ValueJson(PropertyLayout property, in CellView cell)
    {
        Span<byte> destination = new byte[MaxLength(property, in cell)];
        JsonSpanWriter json = new(destination);
        WriteValue(ref json, property, in cell);
        return destination[..json.Written].ToArray();
    }

    private static int MaxLength(PropertyLayout property, in CellView cell) =>
        JsonSpanWriter.MaxNumberLength
        + (property.Kind == ValueKind.Enum ? property.EnumJson[cell.Bits].Length : 0)
        + (cell.Text is { } text ? JsonText.MaxLength(text) : 0);

    internal static void WriteValue(ref JsonSpanWriter json, PropertyLayout property, in CellView cell)
    {
        switch (property.Kind)
        {
            case ValueKind.Boolean: json.Boolean(cell.Bits != 0); break;
            case ValueKind.Integer: json.Number(cell.Bits); break;
            case ValueKind.Single: json.Number((float)BitConverter.Int64BitsToDouble(cell.Bits)); break;
            case ValueKind.Double: json.Number(BitConverter.Int64BitsToDouble(cell.Bits)); break;
            case ValueKind.Enum: json.Raw(property.EnumJson[cell.Bits]); break;
            case ValueKind.Text: json.Text(cell.Text); break;
            case ValueKind.Json: json.Raw(cell.Text); break;
            default: throw new System.Diagnostics.UnreachableException($"A column cannot be of kind {property.Kind}.");
        }
    }

    private static void WriteValues(ref JsonSpanWriter json, PropertyLayout[] properties, ReadOnlySpan<CellView> cells, ref bool isFirst)
    {
        foreach (PropertyLayout property in properties)
        {
            ref readonly CellView cell = ref cells[property.Number];
            if (cell.HasValue)
            {
                json.Separate(ref isFirst);
                json.Raw(property.NameJson);
                WriteValue(ref json, property, in cell);
            }
        }
    }

    private static void WriteComponentObject(ref JsonSpanWriter json, ComponentLayout component, TwinView view, TwinJsonOptions options)
    {
        json.Byte('{');
        bool isFirst = true;
        WriteValues(ref json, component.Properties, view.Cells, ref isFirst);
        json.Separate(ref isFirst);
        json.Raw("\"$metadata\":{"u8);
        Timestamp lastUpdate = options.HasTimes ? LastUpdateOf(component, view.Cells) : Timestamp.None;
        bool isFirstMetadata = lastUpdate.IsNone;
        if (!lastUpdate.IsNone)
        {
            WriteLastUpdateTime(ref json, lastUpdate);
        }
        WriteMetadata(ref json, component.Properties, view.Cells, options, ref isFirstMetadata);
        json.Raw("}}"u8);
    }

    private static void WriteTwinMetadata(ref JsonSpanWriter json, TwinJsonLayout layout, TwinView view, TwinJsonOptions options)
    {
        json.Raw(",\"$metadata\":{\"$model\":"u8);
        json.Raw(layout.ModelJson);
        if (options.HasTimes)
        {
            json.Byte(',');
            WriteLastUpdateTime(ref json, view.LastUpdate);
        }
        bool isFirst = false;
        WriteMetadata(ref json, layout.Root.Properties, view.Cells, options, ref isFirst);
        json.Byte('}');
    }

    private static void WriteMetadata(ref JsonSpanWriter json, PropertyLayout[] properties, ReadOnlySpan<CellView> cells, TwinJsonOptions options, ref bool isFirst)
    {
        foreach (PropertyLayout property in properties)
        {
            ref readonly CellView cell = ref cells[property.Number];
            if (!cell.HasValue)
            {
                continue;
            }
            json.Separate(ref isFirst);
            json.Raw(property.MetadataJson);
            json.Time(cell.Server);
            json.Byte('"');
            if (options.HasTimes && !cell.Source.IsNone)
            {
                json.Raw(",\"sourceTime\":\""u8);
                json.Time(cell.Source);
                json.Byte('"');
            }
            if (cell.Quality != Quality.Good || cell.Reason is not null)
            {
                WriteQuality(ref json, in cell);
            }
            json.Byte('}');
        }
    }

    private static void WriteQuality(ref JsonSpanWriter json, in CellView cell)
    {
        json.Raw(",\"quality\":"u8);
        json.Quality(cell.Quality);
        if (cell.Reason is not null)
        {
            json.Raw(",\"reason\":"u8);
            json.Text(cell.Reason);
        }
    }

    private static void WriteLastUpdateTime(ref JsonSpanWriter json, Timestamp time)
    {
        json.Raw("\"$lastUpdateTime\":\""u8);
        json.Time(time);
        json.Byte('"');
    }

    /// <summary>The newest server time of the component's properties; none where it has no values.</summary>
    private static Timestamp LastUpdateOf(ComponentLayout component, ReadOnlySpan<CellView> cells)
    {
        Timestamp newest = Timestamp.None;
        foreach (PropertyLayout property in component.Properties)
        {
            ref readonly CellView cell = ref cells[property.Number];
            if (cell.HasValue && cell.Server > newest)
            {
                newest = cell.Server;
            }
        }
        return newest;
    }
}
