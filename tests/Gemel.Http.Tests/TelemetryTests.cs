using System.Net;

namespace Gemel.Http.Tests;

public sealed class TelemetryTests
{
    [Theory]
    [InlineData("/digitaltwins/p1/telemetry", """{"flow":12.5}""")]
    [InlineData("/digitaltwins/p1/components/motor/telemetry", """{"temperature":61}""")]
    public async Task Telemetry_with_an_id_is_taken(string path, string payload)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, path, payload, headers: [("Message-Id", "m1"), ("Telemetry-Source-Time", "2026-01-31T11:59:59.5+00:00")]);
    }

    [Fact]
    public async Task Without_an_id_it_is_refused()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/digitaltwins/p1/telemetry", "{}"), 400, "MissingArgument", "GMW012");
    }

    [Fact]
    public async Task A_source_time_that_is_none_is_refused()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Post, "/digitaltwins/p1/telemetry", "{}", headers: [("Message-Id", "m1"), ("Telemetry-Source-Time", "yesterday")]);
        await HttpDoor.ErrorOf(response, 400, "InvalidArgument", "GMW011");
    }

    [Fact]
    public async Task A_twin_or_component_that_is_not_there_is_404()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/digitaltwins/nobody/telemetry", "{}", headers: ("Message-Id", "m")), 404, "DigitalTwinNotFound", "GMG010");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/digitaltwins/p1/components/gearbox/telemetry", "{}", headers: ("Message-Id", "m")), 404, "ComponentNotFound", "GMG011");
    }
}
