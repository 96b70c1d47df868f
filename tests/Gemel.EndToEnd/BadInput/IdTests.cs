using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;

namespace Gemel.EndToEnd.BadInput;

/// <summary>Ids at and past every limit, through every door.</summary>
public sealed class IdTests(FilledServer server) : IClassFixture<FilledServer>
{
    public static TheoryData<string> Good =>
    [
        "a", new string('x', 128), string.Concat(Enumerable.Repeat("🔧", 128)), "line 4/pump 2", "a%2Fb", "100%", "O'Brien \"the pump\"", "пумп", "🔧",
        "urn:example:pump:1", "https://example.org/pumps/1?x=1#top", "a+b", "a#b", "a$b", "...", "a\\b", "dtmi:x;1", "a;b,c", "<script>",
    ];

    public static TheoryData<string> Bad => ["/a", "#a", "+a", "$a", "a\nb", "a\u0000b", "\u007f", new string('x', 129), new string('x', 2000)];

    [Theory]
    [MemberData(nameof(Good))]
    public async Task An_id_within_the_rules_works_through_all_doors(string id)
    {
        string path = Uri.EscapeDataString(id);
        string secret = await server.Admin.AddPumpAsync(id);
        (await server.Admin.PostAsync($"api/v1/devices/{path}/data", """{"flow":1}""")).Expect(HttpStatusCode.OK);
        await using (MqttDevice device = await MqttDevice.ConnectAsync(server.Process, id, secret))
        {
            Assert.Equal(MqttClientPublishReasonCode.Success, (await device.PublishAsync($"twins/{Topic(id)}/data", """{"pressure":2}""")).ReasonCode);
        }
        Answer twin = (await server.Admin.GetAsync($"digitaltwins/{path}")).Expect(HttpStatusCode.OK);
        Assert.Equal((id, 1d, 2d), (twin.Json.GetProperty("$dtId").GetString(), twin.Json.GetProperty("flow").GetDouble(), twin.Json.GetProperty("pressure").GetDouble()));
        JsonElement history = (await server.Admin.GetAsync($"api/v1/digitaltwins/{path}/history?paths=flow")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(1, history.GetProperty("series")[0].GetProperty("points").GetArrayLength());
        (await server.Admin.PutAsync($"digitaltwins/{path}/relationships/{path}", """{"$relationshipName":"feeds","$targetId":"other"}""")).Expect(HttpStatusCode.OK);
        Assert.Equal(id, (await server.Admin.GetAsync($"digitaltwins/{path}/relationships/{path}")).Expect(HttpStatusCode.OK).Json.GetProperty("$relationshipId").GetString());
        (await server.Admin.DeleteAsync($"digitaltwins/{path}/relationships/{path}")).Expect(HttpStatusCode.NoContent);
        (await server.Admin.DeleteAsync($"digitaltwins/{path}")).Expect(HttpStatusCode.NoContent);
        (await server.Admin.DeleteAsync($"api/v1/devices/{path}")).Expect(HttpStatusCode.NoContent);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task An_id_past_the_rules_is_refused_by_all_doors(string id)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        string path = Uri.EscapeDataString(id);
        foreach ((string method, string at, string body) in ((string, string, string)[])
        [
            ("PUT", $"digitaltwins/{path}", """{"$metadata":{"$model":"dtmi:gemel:tests:Station;1"}}"""),
            ("PUT", $"api/v1/devices/{path}", "{}"),
            ("PUT", $"digitaltwins/station/relationships/{path}", """{"$relationshipName":"contains","$targetId":"pump"}"""),
            ("PUT", "digitaltwins/station/relationships/x", JsonSerializer.Serialize(new Dictionary<string, string> { ["$relationshipName"] = "contains", ["$targetId"] = id })),
        ])
        {
            Answer answer = await server.Admin.SendAsync(new HttpMethod(method), at, body);
            Assert.True((int)answer.Status is 400 or 404, $"{method} {at} answered {(int)answer.Status}: {answer.Text}");
            // A null character is no part of any HTTP request: the transport turns it away, without a body.
            Assert.True(answer.Body.Length == 0 ? id.Contains('\0') : answer.Headers.Contains("x-ms-error-code"), answer.Text);
        }
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, "admin", server.Process.Key);
        Assert.NotEqual(MqttClientPublishReasonCode.Success, (await device.PublishAsync($"twins/{Topic(id)}/data", """{"flow":1}""")).ReasonCode);
        await untouched.AssertAsync();
    }

    [Theory]
    [InlineData("digitaltwins/%")]
    [InlineData("digitaltwins/%FF")]
    [InlineData("digitaltwins/%2")]
    public async Task A_broken_escape_is_refused(string path)
    {
        string request = $"GET /{path} HTTP/1.1\r\nHost: gemel\r\nAuthorization: Bearer {server.Process.Key}\r\nConnection: close\r\n\r\n";
        using RawConnection connection = await RawConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, server.Process.Http.Port));
        await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes(request));
        string answer = System.Text.Encoding.UTF8.GetString(await connection.ReceiveToEndAsync());
        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.Contains("x-ms-error-code", answer);
    }

    /// <summary>As the contract says for topics: percent-encoded.</summary>
    private static string Topic(string id) => Uri.EscapeDataString(id);
}
