using System.Net;
using System.Text;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.BadInput;

/// <summary>Everything that a client can read of a server, to see that a refused input changed nothing of it.</summary>
internal sealed class Untouched
{
    private readonly ServerProcess _server;
    private readonly string _before;

    private Untouched(ServerProcess server, string before) => (_server, _before) = (server, before);

    public static async Task<Untouched> WatchAsync(ServerProcess server) => new(server, await ReadAsync(server.Admin));

    /// <summary>Asserts that the server lives and all reads as before.</summary>
    public async Task AssertAsync()
    {
        Assert.False(_server.HasExited, $"The server is gone: {_server.Log}");
        Assert.Equal(_before, await ReadAsync(_server.Admin));
    }

    private static async Task<string> ReadAsync(GemelClient admin)
    {
        StringBuilder all = new();
        Answer twins = (await admin.GetAsync("api/v1/digitaltwins")).Expect(HttpStatusCode.OK);
        foreach (string id in twins.Json.GetProperty("value").EnumerateArray().Select(t => t.GetProperty("$dtId").GetString()!).Order(StringComparer.Ordinal))
        {
            string path = Uri.EscapeDataString(id);
            foreach (string view in (string[])[$"digitaltwins/{path}", $"api/v1/digitaltwins/{path}/state", $"digitaltwins/{path}/relationships", $"api/v1/digitaltwins/{path}/history?include=all"])
            {
                all.AppendLine((await admin.GetAsync(view)).Expect(HttpStatusCode.OK).Text);
            }
        }
        foreach (string list in (string[])["models?includeModelDefinition=true", "api/v1/mappings"])
        {
            all.AppendLine((await admin.GetAsync(list)).Expect(HttpStatusCode.OK).Text);
        }
        return all.ToString();
    }
}
