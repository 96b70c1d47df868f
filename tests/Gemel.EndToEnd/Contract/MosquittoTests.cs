using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Contract;

/// <summary>The device door with stock MQTT clients of both versions.</summary>
public sealed class MosquittoTests(RunningServer server) : IClassFixture<RunningServer>
{
    public static TheoryData<string> Versions => ["mqttv311", "mqttv5"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_acknowledged_message_is_in_the_next_answer(string version)
    {
        (string id, string secret) = await PumpAsync("ack", version);
        foreach ((int qos, double flow) in ((int, double)[])[(1, 1.25), (2, 2.5)])
        {
            await PublishAsync(version, id, secret, $"twins/{id}/data", $$$"""{"flow":{{{flow}}},"motor":{"temperature":55}}""", qos);
            JsonElement state = await server.Admin.StateAsync(id);
            Assert.Equal(flow, state.GetProperty("flow").GetProperty("$value").GetDouble());
            Assert.Equal(55, state.GetProperty("motor").GetProperty("temperature").GetProperty("$value").GetDouble());
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task State_comes_retained_on_subscribing_and_again_at_each_change(string version)
    {
        (string id, string secret) = await PumpAsync("state", version);
        await PublishAsync(version, id, secret, $"twins/{id}/data", """{"flow":1}""");
        await using ProgramRun subscriber = Subscribe(version, id, secret, $"twins/{id}/state");

        (string retained, string topic, JsonElement state) = await MessageAsync(subscriber);
        Assert.Equal(("1", $"twins/{id}/state", 1d), (retained, topic, Flow(state)));
        await PublishAsync(version, id, secret, $"twins/{id}/data", """{"flow":2}""");
        (retained, _, state) = await MessageAsync(subscriber);
        Assert.Equal(("0", 2d), (retained, Flow(state)));

        static double Flow(JsonElement state) => state.GetProperty("flow").GetProperty("$value").GetDouble();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Changes_come_each_and_in_order(string version)
    {
        (string id, string secret) = await PumpAsync("changes", version);
        await using ProgramRun subscriber = Subscribe(version, id, secret, $"twins/{id}/state", $"twins/{id}/changes");
        await MessageAsync(subscriber);   // the retained state: both filters are subscribed
        for (int i = 1; i <= 5; i++)
        {
            await PublishAsync(version, id, secret, $"twins/{id}/data", $$"""{"flow":{{i}}}""");
        }

        List<double> flows = [];
        while (flows.Count < 5)
        {
            (_, string topic, JsonElement message) = await MessageAsync(subscriber);
            if (topic.EndsWith("/changes", StringComparison.Ordinal))
            {
                flows.Add(message.GetProperty("values")[0].GetProperty("v").GetDouble());
            }
        }
        Assert.Equal([1, 2, 3, 4, 5], flows);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_device_hears_what_was_not_taken_and_why(string version)
    {
        (string id, string secret) = await PumpAsync("rejected", version);
        await using ProgramRun subscriber = Subscribe(version, id, secret, $"twins/{id}/state", $"devices/{id}/rejections");
        await MessageAsync(subscriber);
        await PublishAsync(version, id, secret, $"twins/{id}/data", """{"flow":"much","pressure":2}""");

        (_, string topic, JsonElement message) = await MessageAsync(subscriber);
        while (!topic.EndsWith("/rejections", StringComparison.Ordinal))
        {
            (_, topic, message) = await MessageAsync(subscriber);
        }
        Assert.Equal($"twins/{id}/data", message.GetProperty("topic").GetString());
        Assert.Equal("flow", message.GetProperty("reasons")[0].GetProperty("target").GetString());
        JsonElement kept = (await server.Admin.GetAsync($"api/v1/rejections?device={id}&limit=1")).Json.GetProperty("value")[0];
        Assert.Equal("""{"flow":"much","pressure":2}""", kept.GetProperty("text").GetString());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_wildcard_is_narrowed_to_the_twins_of_the_device(string version)
    {
        (string id, string secret) = await PumpAsync("wild", version);
        (string other, string otherSecret) = await PumpAsync("wild-other", version);
        await using ProgramRun subscriber = Subscribe(version, id, secret, "twins/+/state", "twins/+/changes");
        await MessageAsync(subscriber);
        await PublishAsync(version, other, otherSecret, $"twins/{other}/data", """{"flow":9}""");
        await PublishAsync(version, id, secret, $"twins/{id}/data", """{"flow":1}""");

        (_, string topic, _) = await MessageAsync(subscriber);
        Assert.StartsWith($"twins/{id}/", topic);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_administrator_connects_with_the_key(string version)
    {
        (string id, _) = await PumpAsync("admin", version);
        await PublishAsync(version, "admin", server.Process.Key, $"twins/{id}/data", """{"flow":3}""");
        Assert.Equal(3, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_wrong_password_and_a_missing_one_are_refused(string version)
    {
        (string id, _) = await PumpAsync("password", version);
        string[] message = ["-t", $"twins/{id}/data", "-m", """{"flow":1}""", "-q", "1"];
        (int wrong, _, string errors) = await StockClient.RunAsync("mosquitto_pub", StockClient.Mosquitto(server.Process, version, id, "wrong", message));
        Assert.True(wrong != 0, errors);
        Assert.Contains("bad user name or password", errors, StringComparison.OrdinalIgnoreCase);
        (int anonymous, _, _) = await StockClient.RunAsync(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{server.Process.Mqtt.Port}", "-V", version, .. message]);
        Assert.NotEqual(0, anonymous);
        Assert.False((await server.Admin.StateAsync(id)).TryGetProperty("flow", out _));
    }

    private async Task<(string Id, string Secret)> PumpAsync(string name, string version)
    {
        string id = $"{name}-{version}";
        return (id, await server.Admin.AddPumpAsync(id));
    }

    private async Task PublishAsync(string version, string user, string secret, string topic, string payload, int qos = 1)
    {
        (int exitCode, _, string errors) = await StockClient.RunAsync(
            "mosquitto_pub", StockClient.Mosquitto(server.Process, version, user, secret, "-q", $"{qos}", "-t", topic, "-m", payload));
        Assert.True(exitCode == 0, $"mosquitto_pub ended with {exitCode}: {errors}");
    }

    private ProgramRun Subscribe(string version, string user, string secret, params string[] topics) =>
        StockClient.Start("mosquitto_sub", StockClient.Mosquitto(server.Process, version, user, secret, ["-q", "1", "-F", "%r %t %p", .. topics.SelectMany(t => (string[])["-t", t])]));

    private static async Task<(string Retained, string Topic, JsonElement Payload)> MessageAsync(ProgramRun subscriber)
    {
        string[] parts = (await subscriber.NextLineAsync()).Split(' ', 3);
        return (parts[0], parts[1], JsonSerializer.Deserialize<JsonElement>(parts[2]));
    }
}
