using System.Collections.Immutable;

namespace Gemel.Server.Demo.Plant;

/// <summary>What the plant's instruments show of a state, in the units of the sample models.</summary>
/// <param name="Level">In metres.</param>
/// <param name="Inflow">In l/min.</param>
/// <param name="Flow">In l/min.</param>
/// <param name="TotalFlow">In m³.</param>
/// <param name="Pressure">In bar.</param>
internal sealed record PlantReadings(
    double Level, double Volume, bool IsLevelHigh, double Inflow,
    double Flow, double TotalFlow, double Pressure,
    double ValvePosition, ValveState ValveState, ImmutableArray<PumpReadings> Pumps)
{
    private const double LitresPerMinute = 60_000;
    private const double HighLevelShare = 0.85;

    /// <summary>Reads a state through sensors with normal noise.</summary>
    /// <param name="desiredValvePosition">Tells opening from open.</param>
    public static PlantReadings Of(PumpingStation station, PlantState state, double desiredValvePosition, Noise noise)
    {
        double Noisy(Channel channel, double value, double deviation, int instance = 0) =>
            value + (deviation * noise.Normal((int)channel + (instance * ChannelsPerPump), state.Steps));

        double level = Math.Max(0, Noisy(Channel.Level, station.Level(state), 0.002));
        double flow = state.Last.Outflow * LitresPerMinute;
        return new PlantReadings(
            level,
            level * station.Parameters.TankArea,
            level > HighLevelShare * station.Parameters.TankHeight,
            Math.Max(0, Noisy(Channel.Inflow, state.Last.Inflow * LitresPerMinute, 4)),
            Math.Max(0, Noisy(Channel.Flow, flow, 0.5 + (0.004 * flow))),
            state.Totals.Outflow,
            Noisy(Channel.Pressure, state.Last.HeaderPressure, 0.004),
            state.ValvePosition * 100,
            ControlValve.StateOf(state.ValvePosition, desiredValvePosition),
            [.. state.Pumps.Select((pump, i) => new PumpReadings(
                pump.Speed > 0,
                pump.Speed,
                pump.Flow * LitresPerMinute,
                pump.Flow > 0 ? state.Last.Head : 0,
                pump.RunningTime.TotalHours,
                pump.Load.Current <= 0 ? 0 : Math.Max(0, Noisy(Channel.Current, pump.Load.Current, 0.05, i)),
                pump.Load.ElectricalPower / 1000,
                Noisy(Channel.MotorTemperature, pump.MotorTemperature, 0.1, i),
                Noisy(Channel.BearingTemperature, pump.BearingTemperature, 0.1, i),
                Math.Abs(Noisy(Channel.Vibration, pump.Load.Vibration, 0.02 + (0.03 * pump.Load.Vibration), i)) / 10))]);
    }

    private const int ChannelsPerPump = 10;

    private enum Channel
    {
        Level = 0,
        Inflow = 1,
        Flow = 2,
        Pressure = 3,
        Current = 10,
        MotorTemperature = 11,
        BearingTemperature = 12,
        Vibration = 13,
    }
}

/// <param name="Speed">In revolutions per minute.</param>
/// <param name="Flow">In l/min.</param>
/// <param name="Head">In metres.</param>
/// <param name="RunningHours">In hours.</param>
/// <param name="Current">In amperes.</param>
/// <param name="Power">In kW, from the net.</param>
/// <param name="MotorTemperature">In °C.</param>
/// <param name="BearingTemperature">In °C.</param>
/// <param name="Vibration">In cm/s RMS.</param>
internal sealed record PumpReadings(
    bool IsRunning, double Speed, double Flow, double Head, double RunningHours,
    double Current, double Power, double MotorTemperature, double BearingTemperature, double Vibration);
