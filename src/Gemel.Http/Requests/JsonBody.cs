using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Requests;

/// <summary>Reads the small JSON bodies that this door itself understands, and says what is wrong with others.</summary>
internal static class JsonBody
{
    /// <param name="expected">What the body should be, as the end of "Send …".</param>
    /// <param name="kind">The kind of the whole.</param>
    /// <exception cref="GemelException">GMW006 to GMW008.</exception>
    public static async ValueTask<JsonElement> ReadAsync(HttpContext context, GemelHttpOptions options, JsonValueKind kind, string expected)
    {
        ContentTypes.RequireJson(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        JsonElement root = Parse(body.Content, options, kind, expected);
        body.Return();
        return root;
    }

    /// <returns>An element that does not refer to <paramref name="json"/>.</returns>
    /// <exception cref="GemelException">GMW008, malformed, too deep, a member twice, or of another kind.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json, GemelHttpOptions options, JsonValueKind kind, string expected)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = options.MaxJsonDepth, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == kind
                ? document.RootElement.Clone()
                : throw Malformed($"it is {Name(document.RootElement.ValueKind)}.", expected);
        }
        catch (JsonException malformed)
        {
            throw new GemelException(HttpErrors.MalformedJson.With(malformed.Message, expected), malformed);
        }
    }

    /// <summary>A member that is a string; null where it is absent or null.</summary>
    /// <exception cref="GemelException">GMW008.</exception>
    public static string? Text(this JsonElement body, string member, string expected)
    {
        if (!body.TryGetProperty(member, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Malformed($"'{member}' is {Name(value.ValueKind)}.", expected);
    }

    /// <exception cref="GemelException">GMW008, a member that is none of <paramref name="members"/>.</exception>
    public static void RequireOnly(this JsonElement body, string expected, params ReadOnlySpan<string> members)
    {
        foreach (JsonProperty property in body.EnumerateObject())
        {
            if (!members.Contains(property.Name))
            {
                throw Malformed($"it has the unknown member '{property.Name}'.", expected);
            }
        }
    }

    public static GemelException Malformed(string problem, string expected) => new(HttpErrors.MalformedJson.With(problem, expected));

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
