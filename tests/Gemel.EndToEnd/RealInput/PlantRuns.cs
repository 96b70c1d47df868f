using System.Globalization;
using System.Text.Json;
using Gemel.Server.Demo;
using Gemel.Server.Demo.Devices;
using Gemel.Server.Demo.Plant;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.RealInput;

/// <summary>Runs of the demo plant, for machines that have no recorded ones.</summary>
internal static class PlantRuns
{
    private const ulong Seed = 7;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);

    public static string Models
    {
        get
        {
            string folder = Path.Combine(Places.Samples, "pumping-station", "models");
            return $"[{string.Join(',', Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText))}]";
        }
    }

    /// <summary>The plant's devices, a row a second.</summary>
    public static IReadOnlyList<RecordedRun> Devices(int seconds)
    {
        IReadOnlyDictionary<string, string> models = SamplePlant.Load(Path.Combine(Places.Samples, "pumping-station")).Twins
            .ToDictionary(t => t.GetProperty("$dtId").GetString()!, t => t.GetProperty("$metadata").GetProperty("$model").GetString()!);
        PlantReadings[] readings = [.. Readings(seconds)];
        return [.. PlantDevice.All.Select(device => new RecordedRun(device.TwinId, models[device.TwinId], [.. readings.Select((r, i) => Row(device, r, i))]))];
    }

    /// <summary>The plant seen through the eight sensors of a test bed.</summary>
    public static RecordedRun AsTestBed(int seconds)
    {
        return new RecordedRun("bed-000", SkabFiles.Model, [.. Readings(seconds).Select((r, i) => RecordedRun.FlatRow(Time(i), [.. SkabFiles.SensorPaths.Zip(Sensors(r), Value)]))]);

        static RecordedValue Value(string path, double value) => new(path, value.ToString("R", CultureInfo.InvariantCulture));

        static double[] Sensors(PlantReadings r) =>
        [
            r.Pumps[0].Vibration, r.Pumps[1].Vibration, r.Pumps[0].Current, r.Pressure, r.Pumps[0].MotorTemperature, r.Pumps[0].BearingTemperature, r.Pumps[0].Power, r.Flow,
        ];
    }

    private static RecordedRow Row(PlantDevice device, PlantReadings readings, int second)
    {
        byte[] payload = device.Payload(readings, Timestamp.From(Start.AddSeconds(second)));
        List<RecordedValue> values = [];
        Flatten(JsonSerializer.Deserialize<JsonElement>(payload), prefix: "", values);
        return new RecordedRow(Time(second), values, payload);
    }

    private static void Flatten(JsonElement element, string prefix, List<RecordedValue> values)
    {
        foreach (JsonProperty member in element.EnumerateObject().Where(m => m.Name[0] != '$'))
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                Flatten(member.Value, $"{prefix}{member.Name}.", values);
            }
            else
            {
                values.Add(new RecordedValue(prefix + member.Name, member.Value.GetRawText()));
            }
        }
    }

    private static IEnumerable<PlantReadings> Readings(int seconds)
    {
        PumpingStation station = new(PlantParameters.Sample);
        Weather weather = new(Seed);
        Noise noise = new(Seed);
        PlantState state = PlantParameters.Sample.AtRest(2.45, 14, 0.08, 0.75);
        for (int i = 0; i < seconds; i++)
        {
            PumpSettings[] pumps = [.. station.Parameters.Pumps.Select(p => new PumpSettings(PumpMode.Automatic, p.Curve.RatedSpeed))];
            PlantInputs inputs = new(weather.Inflow(state.Elapsed), weather.Temperature(state.Elapsed), DesiredValvePosition: 1, [.. pumps], StartLevel: 2.6, StopLevel: 1.2);
            state = station.Step(state, inputs, TimeSpan.FromSeconds(1));
            yield return PlantReadings.Of(station, state, desiredValvePosition: 1, noise);
        }
    }

    private static string Time(int second) => Timestamp.From(Start.AddSeconds(second)).ToString();
}
