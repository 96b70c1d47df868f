using System.Collections.Immutable;

namespace Gemel.Server.Demo.Plant;

/// <summary>Everything that the plant remembers from one step to the next, and what happened in the last step.</summary>
/// <param name="Elapsed">Plant time since the start.</param>
/// <param name="Steps">How many steps were taken; numbers the draws of sensor noise.</param>
/// <param name="TankVolume">In m³.</param>
/// <param name="ValvePosition">0 closed to 1 open.</param>
/// <param name="Pumps">In the order of <see cref="PlantParameters.Pumps"/>.</param>
/// <param name="Lead">Index of the pump that starts first the next time.</param>
/// <param name="Last">Flows of the last step; zeros before the first.</param>
/// <param name="Totals">Volumes since the start.</param>
internal sealed record PlantState(
    TimeSpan Elapsed, long Steps, double TankVolume, double ValvePosition,
    ImmutableArray<PumpState> Pumps, int Lead, PlantFlows Last, PlantTotals Totals);

/// <param name="IsCalled">The controller or the operator wants it to run.</param>
/// <param name="Speed">In revolutions per minute.</param>
/// <param name="Wear">0 new to 1 worn out.</param>
/// <param name="MotorTemperature">Of the winding, in °C.</param>
/// <param name="BearingTemperature">In °C.</param>
/// <param name="Flow">Of the last step, in m³/s.</param>
/// <param name="Load">Of the last step.</param>
internal sealed record PumpState(
    bool IsCalled, double Speed, double Wear, TimeSpan RunningTime,
    double MotorTemperature, double BearingTemperature, double Flow, PumpLoad Load);

/// <param name="Inflow">In m³/s.</param>
/// <param name="Outflow">In m³/s, through the main.</param>
/// <param name="Overflow">In m³/s, over the rim.</param>
/// <param name="Head">Across the pumps, in metres.</param>
/// <param name="HeaderPressure">Gauge pressure where the pumps' pipes join, in bar.</param>
internal readonly record struct PlantFlows(double Inflow, double Outflow, double Overflow, double Head, double HeaderPressure);

/// <summary>Volumes in m³ since the start.</summary>
internal readonly record struct PlantTotals(double Inflow, double Outflow, double Overflow)
{
    public PlantTotals Add(PlantFlows flows, TimeSpan dt) => new(
        Inflow + (flows.Inflow * dt.TotalSeconds),
        Outflow + (flows.Outflow * dt.TotalSeconds),
        Overflow + (flows.Overflow * dt.TotalSeconds));
}
