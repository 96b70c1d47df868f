using System.Buffers;
using System.Text.Json;
using Gemel.Server.Demo.Plant;

namespace Gemel.Server.Demo.Devices;

/// <summary>One device of the demo plant: which twin it stands for and what of the plant's readings it sends.</summary>
/// <param name="TwinId">Twin and device id.</param>
/// <param name="Write">Writes names and values of the twin's model into an open JSON object.</param>
internal sealed record PlantDevice(string TwinId, Action<Utf8JsonWriter, PlantReadings> Write)
{
    private const double LoopZero = 4;
    private const double LoopSpan = 16;
    private const double FlowAtFullLoop = 2_000;
    private const double PressureAtFullLoop = 4;
    private const int Digits = 3;

    /// <summary>The devices of <c>samples/pumping-station/graph.ndjson</c>.</summary>
    public static IReadOnlyList<PlantDevice> All { get; } =
    [
        new("T1", WriteTank),
        new("P1", (json, readings) => WritePump(json, readings.Pumps[0])),
        new("P2", (json, readings) => WritePump(json, readings.Pumps[1])),
        new("V1", WriteValve),
        new("FT1", WriteFlowSensor),
        new("PT1", WritePressureSensor),
    ];

    public string Topic => $"twins/{TwinId}/data";

    /// <summary>The payload of one sample.</summary>
    public byte[] Payload(PlantReadings readings, Timestamp time)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("$time", time.ToString());
            Write(json, readings);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTank(Utf8JsonWriter json, PlantReadings readings)
    {
        Number(json, "level", readings.Level);
        Number(json, "volume", readings.Volume);
        json.WriteBoolean("highLevel", readings.IsLevelHigh);
        Number(json, "inflow", readings.Inflow);
    }

    private static void WritePump(Utf8JsonWriter json, PumpReadings pump)
    {
        json.WriteBoolean("running", pump.IsRunning);
        Number(json, "speed", pump.Speed);
        Number(json, "volumeFlowRate", pump.Flow);
        Number(json, "head", pump.Head);
        Number(json, "runningHours", pump.RunningHours);
        json.WriteStartObject("motor");
        Number(json, "current", pump.Current);
        Number(json, "power", pump.Power);
        Number(json, "temperature", pump.MotorTemperature);
        json.WriteEndObject();
        json.WriteStartObject("bearing");
        Number(json, "temperature", pump.BearingTemperature);
        Number(json, "vibration", pump.Vibration);
        json.WriteEndObject();
    }

    private static void WriteValve(Utf8JsonWriter json, PlantReadings readings)
    {
        json.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(readings.ValveState.ToString()));
        Number(json, "position", readings.ValvePosition);
    }

    private static void WriteFlowSensor(Utf8JsonWriter json, PlantReadings readings)
    {
        Number(json, "volumeFlowRate", readings.Flow);
        Number(json, "totalVolume", readings.TotalFlow);
        Number(json, "signal", LoopZero + (LoopSpan * readings.Flow / FlowAtFullLoop));
    }

    private static void WritePressureSensor(Utf8JsonWriter json, PlantReadings readings)
    {
        Number(json, "pressure", readings.Pressure);
        Number(json, "signal", LoopZero + (LoopSpan * readings.Pressure / PressureAtFullLoop));
    }

    private static void Number(Utf8JsonWriter json, string name, double value) => json.WriteNumber(name, Math.Round(value, Digits));
}
