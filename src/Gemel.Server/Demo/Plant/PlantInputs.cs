using System.Collections.Immutable;

namespace Gemel.Server.Demo.Plant;

/// <summary>What comes to the plant from outside during a step.</summary>
/// <param name="Inflow">In m³/s, not negative.</param>
/// <param name="AmbientTemperature">In °C.</param>
/// <param name="DesiredValvePosition">0 closed to 1 open.</param>
/// <param name="Pumps">Settings of each pump.</param>
/// <param name="StartLevel">In metres: rising to it starts a pump.</param>
/// <param name="StopLevel">In metres: falling to it stops all; below <paramref name="StartLevel"/>.</param>
internal sealed record PlantInputs(
    double Inflow, double AmbientTemperature, double DesiredValvePosition,
    ImmutableArray<PumpSettings> Pumps, double StartLevel, double StopLevel);

/// <param name="DesiredSpeed">In revolutions per minute.</param>
internal readonly record struct PumpSettings(PumpMode Mode, double DesiredSpeed);

/// <summary>The modes of the sample model's enum, under the same names.</summary>
internal enum PumpMode
{
    Off,
    Manual,
    Automatic,
}
