using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gemel.Cluster;
using Gemel.Http.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.Tests;

/// <summary>Walks over everything that is mapped: a new endpoint is the administrator's, or is entered here on purpose.</summary>
public sealed partial class EndpointAccessTests
{
    private static readonly string[] AnyMethod = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private static readonly string[] OpenToAll =
    [
        "/", "/docs/favicon.svg", "/docs/openapi/v1.json", "/docs/scalar.aspnetcore.js", "/docs/scalar.js", "/docs/{documentName?}", "/health/live", "/health/ready",
    ];

    private static readonly string[] OpenToTheDevice = ["/api/v1/devices/{deviceId}/data"];

    [Fact]
    public async Task Only_these_endpoints_are_open_and_none_of_them_writes()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        RouteEndpoint[] all = [.. door.Endpoints.OfType<RouteEndpoint>()];
        RouteEndpoint[] open = [.. all.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)];
        Assert.Equal(door.Endpoints.Count, all.Length);
        Assert.Equal(OpenToAll, open.Select(e => e.RoutePattern.RawText!).Order(StringComparer.Ordinal));
        Assert.All(open, e => Assert.Equal(["GET"], MethodsOf(e)));
        Assert.Equal(OpenToTheDevice, all.Where(e => AccessRule.Of(e) == AccessRule.OwnDevice).Select(e => e.RoutePattern.RawText!));
    }

    [Fact]
    public async Task Every_endpoint_is_open_or_says_which_role_it_needs()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        IEnumerable<string?> undecided = door.Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null && AccessRule.Of(e) is null).Select(e => e.RoutePattern.RawText);
        Assert.Empty(undecided);
    }

    [Theory]
    [InlineData(Role.Reader)]
    [InlineData(Role.Writer)]
    [InlineData(Role.Administrator)]
    [InlineData(Role.Scraper)]
    public async Task A_key_opens_what_its_role_may_and_nothing_else(Role role)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string name = role.ToString().ToLowerInvariant();
        JsonElement made = await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/keys", $$"""{"name":"k","role":"{{name}}"}""");
        AuthenticationHeaderValue key = new("Bearer", made.GetProperty("key").GetString());
        int opened = 0;
        foreach (RouteEndpoint endpoint in door.Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            foreach (string method in MethodsOf(endpoint))
            {
                string pattern = endpoint.RoutePattern.RawText!;
                bool may = role == Role.Administrator || (role == Role.Writer && MayWrite(method, pattern)) || (role is Role.Reader or Role.Writer && MayRead(method, pattern));
                string path = "/" + Parameter().Replace(pattern.TrimStart('/'), "other");
                HttpStatusCode status = await StatusOfAsync(door, method, path, key);
                Assert.True(status != HttpStatusCode.Unauthorized && may == (status != HttpStatusCode.Forbidden), $"{method} {path} as {name} answered {(int)status}.");
                opened += may ? 1 : 0;
                if (path == "/api/v1/keys/other" && method == "DELETE")
                {
                    Assert.Equal(may ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden, status);
                }
            }
        }
        Assert.Equal(role == Role.Scraper, opened == 0);
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/keys/k");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(door, "GET", "/models", key));
    }

    // Said once more here, by method and path, so that a rule at an endpoint that is wrong does not agree with itself.
    private static bool MayRead(string method, string pattern) =>
        (method == "GET" && !pattern.StartsWith("/api/v1/keys", StringComparison.Ordinal) && !pattern.StartsWith("/api/v1/backups", StringComparison.Ordinal))
        || pattern is "/query" or "/api/v1/models/check" or "/api/v1/mappings/test"
        || pattern.StartsWith("/eventroutes/", StringComparison.Ordinal);

    private static bool MayWrite(string method, string pattern) =>
        method != "GET" && (pattern.StartsWith("/digitaltwins/", StringComparison.Ordinal) || pattern == "/api/v1/devices/{deviceId}/data");

    private static async Task<HttpStatusCode> StatusOfAsync(HttpDoor door, string method, string path, AuthenticationHeaderValue credential)
    {
        using HttpClient client = door.NewClient();
        using HttpRequestMessage request = new(new HttpMethod(method), path) { Headers = { Authorization = credential } };
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, HttpDoor.Cancelled);
        return response.StatusCode;
    }

    [Fact]
    public async Task Every_other_operation_refuses_strangers_and_devices()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string secret = await RegisterAsync(door, "d1");
        string removed = await RegisterAsync(door, "gone");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/devices/gone");
        (AuthenticationHeaderValue? Credential, int Status)[] callers =
        [
            (null, 401),
            (new("Bearer", "wrong"), 401),
            (new("Bearer", secret), 401),
            (Basic("d1", "wrong"), 401),
            (Basic("gone", removed), 401),
            (new("Bearer", "a-devices-key"), 403),
            (Basic("d1", secret), 403),
        ];
        int operations = 0;
        foreach (RouteEndpoint endpoint in door.Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            foreach (string method in MethodsOf(endpoint))
            {
                operations++;
                // Another device than the caller, so that the one path of a device is closed to it too.
                string path = "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "other");
                foreach ((AuthenticationHeaderValue? credential, int status) in callers)
                {
                    await RefusesAsync(door, method, path, credential, status);
                }
            }
        }
        Assert.True(operations >= 40, $"{operations} operations.");
    }

    private static async Task RefusesAsync(HttpDoor door, string method, string path, AuthenticationHeaderValue? credential, int status)
    {
        // What is refused again and again is slowed; this test is of what is refused.
        door.Clock.Advance(TimeSpan.FromMinutes(2));
        using HttpClient client = door.NewClient();
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        request.Headers.Authorization = credential;
        request.Headers.Add("X-HTTP-Method-Override", "GET");
        request.Headers.Add("X-Original-URL", "/health/live");
        request.Headers.Add("X-Forwarded-User", "admin");
        using HttpResponseMessage response = await client.SendAsync(request, HttpDoor.Cancelled);
        Assert.True((int)response.StatusCode == status, $"{method} {path} as {credential?.ToString() ?? "nobody"} answered {(int)response.StatusCode}, not {status}.");
    }

    private static async Task<string> RegisterAsync(HttpDoor door, string id)
    {
        JsonElement answer = await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, $"/api/v1/devices/{id}");
        return answer.GetProperty("secret").GetString()!;
    }

    private static AuthenticationHeaderValue Basic(string user, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: { Count: > 0 } named } ? named : AnyMethod;

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
