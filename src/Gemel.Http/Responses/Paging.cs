using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Responses;

/// <summary>Pages of lists that are sorted by a key: page sizes, continuation tokens, links to the next page.</summary>
/// <remarks>A token is the last key of the page before, so a page never repeats or leaves out what did not change meanwhile.</remarks>
internal sealed class Paging(GemelHttpOptions options)
{
    private const string TokenParameter = "continuationToken";
    private const byte TokenVersion = 1;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Rows of this page: the header <c>max-items-per-page</c>, at most <see cref="GemelHttpOptions.MaxPageRows"/>.</summary>
    /// <exception cref="GemelException">GMW011.</exception>
    public int Rows(HttpRequest request) => Math.Min(AskedRows(request) ?? options.MaxPageRows, options.MaxPageRows);

    /// <summary>The header <c>max-items-per-page</c>; null where it is absent.</summary>
    /// <exception cref="GemelException">GMW011.</exception>
    public static int? AskedRows(HttpRequest request)
    {
        string? text = request.Headers["max-items-per-page"];
        if (text is null)
        {
            return null;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows > 0
            ? rows
            : throw new GemelException(HttpErrors.InvalidHeader.With("max-items-per-page", text, "a whole number of at least 1"));
    }

    /// <summary>The last key of the page before; null for the first page.</summary>
    /// <exception cref="GemelException">GMW016.</exception>
    public static string? After(HttpRequest request)
    {
        string? token = request.Query[TokenParameter];
        return string.IsNullOrEmpty(token) ? null : Decode(token);
    }

    /// <summary>Writes <c>nextLink</c>: this request's address with the token of <paramref name="lastKey"/>.</summary>
    public void WriteNextLink(Utf8JsonWriter json, HttpRequest request, string lastKey) => json.WriteString("nextLink"u8, Link(request, Encode(lastKey)));

    /// <summary>The same into JSON written by hand, as a further member.</summary>
    public void WriteNextLink(IBufferWriter<byte> output, HttpRequest request, string lastKey)
    {
        output.Write(",\"nextLink\":\""u8);
        output.Write(JsonEncodedText.Encode(Link(request, Encode(lastKey)), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
    }

    /// <summary>This request's address, absolute, with another continuation token.</summary>
    public string Link(HttpRequest request, string token)
    {
        StringBuilder link = new(BaseAddress(request));
        link.Append(request.Path.Value);
        char separator = '?';
        foreach (string pair in request.QueryString.Value?.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (!pair.StartsWith(TokenParameter + "=", StringComparison.OrdinalIgnoreCase))
            {
                link.Append(separator).Append(pair);
                separator = '&';
            }
        }
        return link.Append(separator).Append(TokenParameter).Append('=').Append(Uri.EscapeDataString(token)).ToString();
    }

    /// <summary>Scheme, host and base path under which the client reaches this server, without a slash at the end.</summary>
    public string BaseAddress(HttpRequest request)
    {
        return options.PublicUrl?.AbsoluteUri.TrimEnd('/') ?? $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}";
    }

    internal static string Encode(string key) => Base64Url.EncodeToString([TokenVersion, .. StrictUtf8.GetBytes(key)]);

    internal static string Decode(string token)
    {
        try
        {
            byte[] bytes = Base64Url.DecodeFromChars(token);
            if (bytes is [TokenVersion, .. byte[] key])
            {
                return StrictUtf8.GetString(key);
            }
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw new GemelException(HttpErrors.InvalidToken.With(), malformed);
        }
        throw new GemelException(HttpErrors.InvalidToken.With());
    }
}
