using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gemel.Http.Requests;

/// <summary>Which content types are taken; a missing one is taken as JSON.</summary>
internal static class ContentTypes
{
    public const string Json = "application/json";
    public const string JsonPatch = "application/json-patch+json";
    public const string Cbor = "application/cbor";
    public const string Ndjson = "application/x-ndjson";
    public const string Yaml = "application/yaml";

    private static readonly string[] YamlNames = [Yaml, "application/x-yaml", "text/yaml", "text/x-yaml"];

    /// <summary>JSON or JSON Patch, in UTF-8.</summary>
    /// <exception cref="GemelException">GMW007.</exception>
    public static void RequireJson(HttpRequest request)
    {
        // What nearly every client sends, compared without parsing.
        if (request.ContentType is not (null or Json or JsonPatch or "application/json; charset=utf-8") && !IsJson(Parse(request)))
        {
            throw Unsupported(request, Json);
        }
    }

    /// <summary>JSON or CBOR; true for CBOR.</summary>
    /// <exception cref="GemelException">GMW007.</exception>
    public static bool IsCbor(HttpRequest request)
    {
        if (request.ContentType is null)
        {
            return false;
        }
        MediaTypeHeaderValue? type = Parse(request);
        bool cbor = type is not null && type.MediaType.Equals(Cbor, StringComparison.OrdinalIgnoreCase);
        return cbor || IsJson(type) ? cbor : throw Unsupported(request, $"{Json} or {Cbor}");
    }

    /// <exception cref="GemelException">GMW007.</exception>
    public static void RequireYamlOrJson(HttpRequest request)
    {
        MediaTypeHeaderValue? type = request.ContentType is null ? null : Parse(request);
        if (request.ContentType is not null && !IsJson(type) && !(IsUtf8(type) && Array.Exists(YamlNames, n => type!.MediaType.Equals(n, StringComparison.OrdinalIgnoreCase))))
        {
            throw Unsupported(request, $"{Yaml} or {Json}");
        }
    }

    /// <summary>JSON a line, by the name it has or as JSON.</summary>
    /// <exception cref="GemelException">GMW007.</exception>
    public static void RequireNdjson(HttpRequest request)
    {
        MediaTypeHeaderValue? type = request.ContentType is null ? null : Parse(request);
        if (request.ContentType is not null && !IsJson(type) && !(IsUtf8(type) && type!.MediaType.Equals(Ndjson, StringComparison.OrdinalIgnoreCase)))
        {
            throw Unsupported(request, Ndjson);
        }
    }

    private static MediaTypeHeaderValue? Parse(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) ? type : null;

    private static bool IsJson(MediaTypeHeaderValue? type)
    {
        return IsUtf8(type) && (type!.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals(JsonPatch, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsUtf8(MediaTypeHeaderValue? type)
    {
        return type is not null && (!type.Charset.HasValue || type.Charset.Value.Trim('"') is var charset && (charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)));
    }

    private static GemelException Unsupported(HttpRequest request, string taken) => new(HttpErrors.UnsupportedContentType.With(request.ContentType, taken));
}
