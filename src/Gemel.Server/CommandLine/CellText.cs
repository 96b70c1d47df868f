using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary>Members of JSON objects as cells of a table; all escaped for markup, empty where the member is absent.</summary>
internal static class CellText
{
    public static string Of(JsonElement row, string member) =>
        row.TryGetProperty(member, out JsonElement value) ? Of(value) : "";

    public static string Of(JsonElement value) => Markup.Escape(value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    });

    /// <summary>A list of texts with commas.</summary>
    public static string List(JsonElement row, string member) =>
        row.TryGetProperty(member, out JsonElement values) ? string.Join(", ", values.EnumerateArray().Select(Of)) : "";

    /// <summary>A localised text: English where there is one, else the first.</summary>
    public static string Localised(JsonElement row, string member)
    {
        if (!row.TryGetProperty(member, out JsonElement texts) || texts.ValueKind != JsonValueKind.Object)
        {
            return "";
        }
        return texts.TryGetProperty("en", out JsonElement english) ? Of(english) : texts.EnumerateObject().Select(text => Of(text.Value)).FirstOrDefault("");
    }

    /// <summary>A time to the second, UTC.</summary>
    public static string Time(JsonElement row, string member) =>
        Timestamp.TryParse(Of(row, member), out Timestamp time) ? time.ToString()[..19].Replace('T', ' ') : "";

    public static string Number(JsonElement row, string member, string format) =>
        row.TryGetProperty(member, out JsonElement value) && value.TryGetDouble(out double number) ? number.ToString(format, CultureInfo.InvariantCulture) : "";
}
