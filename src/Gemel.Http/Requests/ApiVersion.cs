using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Requests;

/// <summary>The version of Azure Digital Twins' data plane that a request names; all six are answered, a missing one as the newest.</summary>
internal readonly record struct ApiVersion
{
    private const string Parameter = "api-version";
    private const string FirstWithUpdateTime = "2022-05-31";

    private static readonly string[] Known =
        ["2020-10-31", "2021-06-30-preview", "2022-05-31", "2023-02-27-preview", "2023-06-30", "2023-10-31"];

    private static readonly Dictionary<string, ApiVersion> AloneInQuery = Known.ToDictionary(v => $"?{Parameter}={v}", v => new ApiVersion(v), StringComparer.Ordinal);

    private ApiVersion(string name) => HasUpdateTime = string.CompareOrdinal(name, FirstWithUpdateTime) >= 0;

    /// <summary>False for the first versions, which did not know <c>$lastUpdateTime</c> and source times: their clients cannot read them.</summary>
    public bool HasUpdateTime { get; }

    /// <exception cref="GemelException">GMW005, a version that is none of the six.</exception>
    public static ApiVersion Of(HttpRequest request)
    {
        string? query = request.QueryString.Value;
        if (string.IsNullOrEmpty(query))
        {
            return new ApiVersion(Known[^1]);
        }
        // The usual query holds nothing else: looked up without taking it apart.
        return AloneInQuery.TryGetValue(query, out ApiVersion version) ? version : Named(request);
    }

    private static ApiVersion Named(HttpRequest request)
    {
        string? name = request.Query[Parameter];
        if (name is null)
        {
            return new ApiVersion(Known[^1]);
        }
        return Known.Contains(name, StringComparer.Ordinal)
            ? new ApiVersion(name)
            : throw new GemelException(HttpErrors.UnsupportedApiVersion.With(name, string.Join(", ", Known)));
    }
}
