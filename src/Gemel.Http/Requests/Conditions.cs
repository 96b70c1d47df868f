using Gemel.Graph;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Requests;

/// <summary>The headers If-Match and If-None-Match.</summary>
internal static class Conditions
{
    /// <exception cref="GemelException">GMG023, a header that cannot be read.</exception>
    public static WriteCondition Of(HttpRequest request) => WriteCondition.Parse(request.Headers.IfMatch, request.Headers.IfNoneMatch).Value;
}
