using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
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
        Assert.Equal(OpenToTheDevice, all.Where(e => AccessRule.Of(e) is not null).Select(e => e.RoutePattern.RawText!));
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
