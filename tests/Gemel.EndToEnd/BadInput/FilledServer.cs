using System.Net;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.BadInput;

/// <summary>A server with two pumps, a station that leads to one of them, and the device <c>ghost</c>, whose twin does not exist.</summary>
public sealed class FilledServer : IAsyncLifetime
{
    internal ServerProcess Process { get; private set; } = null!;

    internal GemelClient Admin => Process.Admin;

    /// <summary>Of the device <c>pump</c>.</summary>
    internal string Secret { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync(settings: ("Ingest__CommLostGrace", "1h"));
        await Admin.AddModelsAsync(TestModels.All);
        Secret = await Admin.AddPumpAsync("pump");
        await Admin.AddPumpAsync("other");
        await Admin.AddDeviceAsync("ghost");
        await Admin.AddTwinAsync("station", TestModels.Station, "\"name\":\"north\"");
        (await Admin.PutAsync("digitaltwins/station/relationships/r", """{"$relationshipName":"contains","$targetId":"pump"}""")).Expect(HttpStatusCode.OK);
        (await Admin.PostAsync("api/v1/devices/pump/data", """{"$time":"2026-05-01T00:00:00Z","flow":1,"count":2,"state":"open","motor":{"temperature":40}}""")).Expect(HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is { } process)
        {
            await process.DisposeAsync();
        }
    }
}
