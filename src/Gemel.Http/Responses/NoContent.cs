using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Responses;

internal static class NoContent
{
    /// <summary>204, with the ETag after the change where there is one.</summary>
    public static void Answer(HttpContext context, string? etag = null)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (!string.IsNullOrEmpty(etag))
        {
            context.Response.Headers.ETag = etag;
        }
    }
}
