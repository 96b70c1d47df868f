using Gemel.Server.Clients;
using Gemel.Server.CommandLine;
using Gemel.Server.Demo.Board;
using Gemel.Server.Demo.Devices;
using Gemel.Server.Demo.Plant;

namespace Gemel.Server.Demo;

/// <summary>Where the demo's server is and how the plant runs.</summary>
/// <param name="Http">Address of the server.</param>
/// <param name="Key">The administrator's key.</param>
/// <param name="Speed">Seconds of plant time in a second; above 0.</param>
/// <param name="Seed">Of disturbances and noise.</param>
internal sealed record DemoOptions(Uri Http, string MqttHost, int MqttPort, string Key, double Speed, ulong Seed);

/// <summary>The demo plant against a running server: provisions it, connects its devices, shows its twins. A client like any other.</summary>
internal sealed class DemoSession(DemoOptions options, Terminal terminal, TimeProvider clock)
{
    // Just below the level at which the first pump starts, so that there is something to see within seconds.
    private const double FirstLevel = 2.59;
    private const double FirstTemperature = 14;
    private const double WearOfFirst = 0.08;
    private const double WearOfSecond = 0.75;

    /// <summary>Runs until it is cancelled; what it started is over when it returns.</summary>
    /// <exception cref="GemelException">The server refused the plant or a device.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        SamplePlant plant = SamplePlant.Load(SamplePlant.DefaultFolder);
        using HttpClient http = DemoProvisioner.ClientOf(options.Http, options.Key);
        IReadOnlyDictionary<string, string> secrets = await new DemoProvisioner(http)
            .ProvisionAsync(plant, PlantDevice.All.Select(device => device.TwinId), cancellationToken).ConfigureAwait(false);
        Announce();

        DeviceSimulator[] devices = [.. PlantDevice.All.Select(device => Simulate(device, secrets[device.TwinId]))];
        try
        {
            await RunUntilFirstEndsAsync(
                [token => RunPlantAsync(devices, token), token => DisplayOf(plant, http).RunAsync(token), .. devices.Select(ToRun)],
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (DeviceSimulator device in devices)
            {
                await device.DisposeAsync().ConfigureAwait(false);
            }
        }

        static Func<CancellationToken, Task> ToRun(DeviceSimulator device) => device.RunAsync;
    }

    private void Announce()
    {
        terminal.WriteLine($"Gemel is at {options.Http} and MQTT {options.MqttHost}:{options.MqttPort}; the pumping station runs at speed {options.Speed:G3}.");
        terminal.WriteLine($"curl -H 'Authorization: Bearer {options.Key}' {new Uri(options.Http, "digitaltwins/P1")}");
    }

    private DeviceSimulator Simulate(PlantDevice device, string secret) =>
        new(device, new MqttDeviceLink(new DeviceAccount(options.MqttHost, options.MqttPort, device.TwinId, secret), clock), clock);

    private Task RunPlantAsync(DeviceSimulator[] devices, CancellationToken cancellationToken)
    {
        PlantParameters parameters = PlantParameters.Sample;
        PlantState start = parameters.AtRest(FirstLevel, FirstTemperature, WearOfFirst, WearOfSecond);
        var runner = new PlantRunner(new PumpingStation(parameters), start, options.Seed, options.Speed, clock);
        return runner.RunAsync(Publish, cancellationToken);

        void Publish(PlantReadings readings, Timestamp time)
        {
            foreach (DeviceSimulator device in devices)
            {
                device.Offer(device.Device.Payload(readings, time));
            }
        }
    }

    private BoardDisplay DisplayOf(SamplePlant plant, HttpClient http)
    {
        var board = new TwinBoard(plant.Twins.Select(twin => (
            twin.GetProperty("$dtId").GetString()!,
            twin.GetProperty("$metadata").GetProperty("$model").GetString()!)));
        return new BoardDisplay(new ChangeStream(http, clock), board, new UnitSymbols(plant.Models), terminal.Console, clock);
    }

    /// <summary>Runs all side by side; as soon as one ends or fails, the others are cancelled and awaited, and its failure is thrown.</summary>
    private static async Task RunUntilFirstEndsAsync(IReadOnlyList<Func<CancellationToken, Task>> parts, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = [.. parts.Select(part => part(end.Token))];
        Task first = await Task.WhenAny(running).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
        {
            await first.ConfigureAwait(false);
        }
    }
}
