using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Access;

/// <summary>Whose pages may open WebSockets (ASVS 4.4.2): browsers ask no server before they do, and say where the page is from.</summary>
internal static class WebSocketOrigin
{
    /// <exception cref="GemelException">GMW030, the page comes from elsewhere.</exception>
    public static void Require(HttpRequest request, GemelHttpOptions options)
    {
        // RFC 6455 over HTTP/1.1, RFC 8441 over HTTP/2.
        bool opens = request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase) || HttpMethods.IsConnect(request.Method);
        string? origin = request.Headers.Origin;
        if (opens && origin is not null && !IsOurs(origin, request, options))
        {
            throw new GemelException(HttpErrors.ForeignOrigin.With(origin));
        }
    }

    private static bool IsOurs(string origin, HttpRequest request, GemelHttpOptions options)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? page))
        {
            return false;
        }
        bool isAllowed = options.AllowedOrigins.Any(allowed => IsSame(page, allowed)) || (options.PublicUrl is { } url && IsSame(page, url.GetLeftPart(UriPartial.Authority)));
        // By the host that the browser itself asked for; the scheme may have changed at a proxy.
        return isAllowed || (Uri.TryCreate($"{page.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out Uri? asked) && asked.Authority == page.Authority);
    }

    private static bool IsSame(Uri page, string allowed) => page.GetLeftPart(UriPartial.Authority).Equals(allowed.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}
