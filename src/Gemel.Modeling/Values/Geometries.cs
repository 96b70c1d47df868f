using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>GeoJSON geometries (RFC 7946, section 3.1) as DTDL's geospatial schemas define them: <c>type</c> and
/// <c>coordinates</c>, nothing else.</summary>
internal static class Geometries
{
    /// <summary>Checks the object at the reader's token and writes it.</summary>
    /// <param name="reader">On the start of an object; on its end where the geometry is well-formed.</param>
    /// <param name="type">Which geometry it must be.</param>
    /// <param name="writer">Takes the members in their order.</param>
    /// <param name="problem">What is wrong; else null.</param>
    public static bool TryCopy(ref Utf8JsonReader reader, PrimitiveType type, Utf8JsonWriter writer, out string? problem)
    {
        bool hasType = false;
        bool hasCoordinates = false;
        problem = null;
        writer.WriteStartObject();
        while (problem is null && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (Texts.IsEqual(ref reader, "type") && !hasType)
            {
                hasType = true;
                _ = reader.Read();
                bool fits = reader.TokenType == JsonTokenType.String && Texts.IsEqual(ref reader, type.ToString());
                problem = fits ? null : $"'type' is not '{type}'";
                writer.WriteString("type"u8, type.ToString());
            }
            else if (Texts.IsEqual(ref reader, "coordinates") && !hasCoordinates)
            {
                hasCoordinates = true;
                _ = reader.Read();
                writer.WritePropertyName("coordinates"u8);
                problem = CopyLevel(ref reader, DepthOf(type), LeastPositions(type), writer, out _);
            }
            else
            {
                problem = $"'{ValueFaults.TextOf(ref reader)}' does not belong there, or stands twice";
            }
        }
        writer.WriteEndObject();
        problem ??= hasType && hasCoordinates ? null : hasType ? "'coordinates' is missing" : "'type' is missing";
        return problem is null;
    }

    /// <summary>Arrays around a position.</summary>
    private static int DepthOf(PrimitiveType type) => type switch
    {
        PrimitiveType.Point => 0,
        PrimitiveType.LineString or PrimitiveType.MultiPoint => 1,
        PrimitiveType.Polygon or PrimitiveType.MultiLineString => 2,
        _ => 3,
    };

    /// <summary>Positions that a line or ring has at least; 0 where there is no line.</summary>
    private static int LeastPositions(PrimitiveType type) => type switch
    {
        PrimitiveType.LineString or PrimitiveType.MultiLineString => 2,
        PrimitiveType.Polygon or PrimitiveType.MultiPolygon => 4,
        _ => 0,
    };

    private static string? CopyLevel(ref Utf8JsonReader reader, int depth, int least, Utf8JsonWriter writer, out int count)
    {
        count = 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return "'coordinates' is not nested as this geometry asks";
        }
        writer.WriteStartArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            count++;
            string? problem = depth > 0 ? CopyLevel(ref reader, depth - 1, least, writer, out _) : CopyNumber(ref reader, writer);
            if (problem is not null)
            {
                return problem;
            }
        }
        writer.WriteEndArray();
        return depth switch
        {
            0 when count is < 2 or > 3 => "a position must have two or three numbers",
            1 when count < least => $"a line or ring must have at least {least} positions",
            _ => null,
        };
    }

    private static string? CopyNumber(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double number) || !double.IsFinite(number))
        {
            return "'coordinates' holds something else than finite numbers at the depth of positions";
        }
        writer.WriteNumberValue(number);
        return null;
    }
}
