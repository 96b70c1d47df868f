using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gemel.Server.Clients;

/// <summary>The errors in a server's answer, with the codes and positions that it gave them.</summary>
internal static class ServerReply
{
    private const string NoAction = "";
    private const string MessageOnly = "{0}";

    /// <returns>All errors of the answer, or GMX001 where it has not the shape of ours.</returns>
    public static IReadOnlyList<GemelError> ErrorsOf(string method, string path, HttpResponseMessage response, ReadOnlySpan<byte> answer)
    {
        int status = (int)response.StatusCode;
        if (TryParse(answer, out JsonElement body) && body.ValueKind == JsonValueKind.Object
            && body.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
        {
            return ErrorsOf(error, status);
        }
        string text = Encoding.UTF8.GetString(answer);
        return [ServerErrors.RequestFailed.With(method, path, status, text.Length == 0 ? response.ReasonPhrase : text)];
    }

    /// <returns>All errors of a member <c>error</c>.</returns>
    public static IReadOnlyList<GemelError> ErrorsOf(JsonElement error, int status)
    {
        bool hasDetails = error.TryGetProperty("details", out JsonElement details) && details.ValueKind == JsonValueKind.Array && details.GetArrayLength() > 0;
        return hasDetails ? [.. details.EnumerateArray().Select(detail => ErrorOf(detail, status))] : [ErrorOf(error, status)];
    }

    private static GemelError ErrorOf(JsonElement error, int status)
    {
        string azure = Text(error, "code") ?? "InvalidArgument";
        string code = error.TryGetProperty("innererror", out JsonElement inner) ? Text(inner, "code") ?? azure : azure;
        GemelError relayed = new ErrorCode(code, status, false, MessageOnly, NoAction, azure).With(Text(error, "message") ?? "");
        return TryReadPosition(Text(error, "position"), out TextPosition position) ? relayed.At(position) : relayed;
    }

    // 'document:line:column' or 'line:column'; a document's name may hold colons itself.
    private static bool TryReadPosition(string? text, out TextPosition position)
    {
        string[] parts = text?.Split(':') ?? [];
        position = default;
        bool isPlace = parts.Length >= 2
            & int.TryParse(parts.ElementAtOrDefault(^2), NumberStyles.None, CultureInfo.InvariantCulture, out int line)
            & int.TryParse(parts.ElementAtOrDefault(^1), NumberStyles.None, CultureInfo.InvariantCulture, out int column);
        if (isPlace)
        {
            position = new TextPosition(parts.Length > 2 ? string.Join(':', parts[..^2]) : null, line, column);
        }
        return isPlace;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private static bool TryParse(ReadOnlySpan<byte> json, out JsonElement element)
    {
        element = default;
        try
        {
            Utf8JsonReader reader = new(json);
            return JsonElement.TryParseValue(ref reader, out JsonElement? parsed) && (element = parsed.Value).ValueKind != JsonValueKind.Undefined;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
