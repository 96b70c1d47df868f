using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Security;

/// <summary>Mistakes that others made, tried on the built server; docs/reference/security.md lists them by number.</summary>
public sealed class AttackTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static TheoryData<string> SmuggledRequests =>
    [
        "POST /query HTTP/1.1\r\nHost: g\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
        "POST /query HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: g\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "POST /query HTTP/1.1\r\nHost: g\r\nContent-Length: -1\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: g\r\nContent-Length: 0x5\r\n\r\nabcde",
        "POST /query HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n4c\r\n0\r\n\r\nGET /api/v1/keys HTTP/1.1\r\nHost: g\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\nb\r\nab\r\n0\r\n\r\n",
        "POST /query HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nab\r\n0\r\n\r\n",
        "GET /models HTTP/1.1\r\nHost: g\r\nX: a\nAuthorization: Bearer x\r\n\r\n",
        "GET /models HTTP/1.1\r\nHost: g\r\n X: folded\r\n\r\n",
        "GET /models HTTP/1.1\r\nHost: g\r\nX\0Y: z\r\n\r\n",
        "GET /models HTTP/1.1\r\nHost: g\r\nHost: h\r\n\r\n",
        "GET /models HTTP/1.1\r\n\r\n",
    ];

    // 27: ASP.NET Core CVE-2025-55315. Behind each request stands another that must not be taken for a second one with the first one's right.
    [Theory]
    [MemberData(nameof(SmuggledRequests))]
    public async Task A_request_whose_end_can_be_read_in_two_ways_is_refused_and_ends_its_connection(string request)
    {
        string authorised = request.Replace("Host: g\r\n", $"Host: g\r\nAuthorization: Bearer {server.Process.Key}\r\n", StringComparison.Ordinal);
        string answer = await SendRawAsync(authorised + "GET /health/live HTTP/1.1\r\nHost: g\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
    }

    // 3: FUXA CVE-2026-25938; without --behind-proxy nothing that a client says of itself counts.
    [Theory]
    [InlineData("X-Forwarded-User", "admin")]
    [InlineData("X-Authenticated", "true")]
    [InlineData("X-Remote-User", "admin")]
    [InlineData("X-Original-URL", "/health/live")]
    [InlineData("X-Rewrite-URL", "/health/live")]
    [InlineData("X-HTTP-Method-Override", "GET")]
    [InlineData("X-Forwarded-Prefix", "/health")]
    [InlineData("Forwarded", "for=127.0.0.1;proto=https;by=admin")]
    [InlineData("X-SSL-Client-CN", "p1")]
    [InlineData("X-ARR-ClientCert", "MIIB")]
    public async Task A_header_that_says_who_the_caller_is_opens_nothing(string name, string value)
    {
        using GemelClient stranger = new(server.Process.Http, key: null);
        (await stranger.GetAsync("models", (name, value))).Expect(HttpStatusCode.Unauthorized);
        (await stranger.PostAsync("api/v1/devices/p1/data", "{}", (name, value))).Expect(HttpStatusCode.Unauthorized);
    }

    // 13: ThingsBoard CVE-2022-45608; fields that would raise a right are refused or are data, never a right.
    [Theory]
    [InlineData("api/v1/devices/raised", """{"role":"administrator"}""")]
    [InlineData("api/v1/devices/raised", """{"secretHash":"sha256$x$y"}""")]
    [InlineData("api/v1/devices/raised", """{"secret":"chosen"}""")]
    [InlineData("api/v1/devices/raised", """{"__proto__":{"twins":["p1"]}}""")]
    [InlineData("api/v1/keys", """{"name":"raised","role":"reader","createdBy":"key:admin"}""")]
    [InlineData("api/v1/keys", """{"name":"raised","role":"reader","key":"gmk_chosen"}""")]
    [InlineData("api/v1/keys", """{"name":"raised","role":["administrator"]}""")]
    public async Task Privileged_and_unknown_fields_are_refused(string path, string body)
    {
        bool makesKey = path.EndsWith("keys", StringComparison.Ordinal);
        Answer answer = makesKey ? await server.Admin.PostAsync(path, body) : await server.Admin.PutAsync(path, body);
        answer.Expect(HttpStatusCode.BadRequest);
        (await server.Admin.GetAsync(makesKey ? "api/v1/keys/raised" : path)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_a_role_named_twice_no_reader_and_writer_of_the_document_may_differ()
    {
        Answer twice = await server.Admin.PostAsync("api/v1/keys", """{"name":"twice","role":"reader","role":"administrator"}""");
        twice.Expect(HttpStatusCode.BadRequest);
    }

    // 17: FUXA CVE-2026-25895; files that are served, and ids in paths.
    [Theory]
    [InlineData("/docs/../admin.key")]
    [InlineData("/docs/..%2fadmin.key")]
    [InlineData("/docs/%2e%2e/%2e%2e/admin.key")]
    [InlineData("/docs/..%5cadmin.key")]
    [InlineData("/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("/docs/....//....//etc/passwd")]
    [InlineData("/docs//etc/passwd")]
    [InlineData("/ui/../admin.key")]
    [InlineData("/api/v1/mappings/..%2f..%2fadmin.key")]
    [InlineData("/admin.key")]
    [InlineData("/tls/gemel.key")]
    public async Task No_path_leads_to_a_file_of_the_data_folder_or_beyond(string path)
    {
        foreach (string credential in new[] { "", $"Authorization: Bearer {server.Process.Key}\r\n" })
        {
            string answer = await SendRawAsync($"GET {path} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n{credential}\r\n");
            Assert.DoesNotContain(server.Process.Key, answer, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
            Assert.False(answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal), answer);
        }
    }

    // 19: Node-RED GHSA-xp9c, aedes GHSA-52qw.
    [Theory]
    [InlineData("__proto__")]
    [InlineData("constructor")]
    [InlineData("prototype")]
    [InlineData("toString")]
    [InlineData("hasOwnProperty")]
    public async Task Names_that_mean_something_elsewhere_are_names_like_others(string id)
    {
        string secret = await server.Admin.AddPumpAsync(id);
        using GemelClient device = new(server.Process.Http, key: null);
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}"));
        Answer sent = await device.PostAsync($"api/v1/devices/{id}/data", $$"""{"{{id}}":1}""", ("Authorization", $"Basic {basic}"));
        sent.Expect(HttpStatusCode.BadRequest);
        (await server.Admin.GetAsync($"digitaltwins/{id}")).Expect(HttpStatusCode.OK);
        (await server.Admin.DeleteAsync($"digitaltwins/{id}")).Expect(HttpStatusCode.NoContent);
    }

    // 10: Ditto CVE-2026-82958; a device's text never becomes structure.
    [Theory]
    [InlineData("\"},\"$metadata\":{\"$model\":\"dtmi:evil;1\"}")]
    [InlineData("a\r\nX-Injected: 1")]
    [InlineData("{\"a\":1}")]
    [InlineData("\u0000\u001b[31m")]
    [InlineData("=cmd|'/c calc'!A1")]
    [InlineData("<script>alert(1)</script>")]
    public async Task Text_of_a_device_stays_text(string text)
    {
        string id = $"text-{Convert.ToHexString(Encoding.UTF8.GetBytes(text))[..12]}";
        Answer refused = await server.Admin.PutAsync($"digitaltwins/{id}", $$$"""{"$metadata":{"$model":{{{JsonSerializer.Serialize(text)}}}}}""");
        refused.Expect(HttpStatusCode.BadRequest);
        Assert.DoesNotContain("X-Injected", refused.Text.Split('{')[0], StringComparison.Ordinal);
        JsonElement error = JsonDocument.Parse(refused.Text).RootElement.GetProperty("error");
        Assert.True(error.TryGetProperty("message", out _));
    }

    // 1: FUXA CVE-2025-69971, ThingsBoard's default; also 30: of what the folder holds only the key files are keys.
    [Fact]
    public async Task Two_installations_share_no_key_and_known_ones_open_nothing()
    {
        await using ServerProcess other = await ServerProcess.StartAsync();
        Assert.NotEqual(server.Process.Key, other.Key);
        using GemelClient crossed = new(other.Http, server.Process.Key);
        (await crossed.GetAsync("models")).Expect(HttpStatusCode.Unauthorized);
        foreach (string known in new[] { "admin", "gemel", "foobar", "thingsboardDefaultSigningKey", "frangoteam751", "null", "undefined", "" })
        {
            using GemelClient client = new(other.Http, key: null);
            Answer answer = await client.GetAsync("models", ("Authorization", $"Bearer {known}"));
            Assert.Contains(answer.Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
        }
    }

    // 24: Mosquitto CVE-2020-13849; the MQTT door's own deadlines are tested with it.
    [Fact]
    public async Task A_head_that_comes_a_byte_at_a_time_is_cut()
    {
        await using ServerProcess quick = await ServerProcess.StartAsync(null, ("Http__HeadTimeout", "00:00:02"));
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new DnsEndPoint(quick.Http.Host, quick.Http.Port), TestContext.Current.CancellationToken);
        await socket.SendAsync("GET /models HTTP/1.1\r\nHost: g\r\nX-Slow: "u8.ToArray(), TestContext.Current.CancellationToken);
        string answer = await ReadToEndAsync(socket);
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    private Task<string> SendRawAsync(string request) => SendRawAsync(server.Process.Http, request);

    private static async Task<string> SendRawAsync(Uri address, string request)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new DnsEndPoint(address.Host, address.Port), TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        return await ReadToEndAsync(socket);
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        using MemoryStream answer = new();
        byte[] buffer = new byte[8192];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System)) > 0)
            {
                answer.Write(buffer, 0, read);
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes unread: an end like any other.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
