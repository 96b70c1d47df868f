using System.Collections.Immutable;

namespace Gemel.Server.Demo.Plant;

/// <summary>What a pumping station is built of.</summary>
/// <param name="TankArea">Cross-section, in m².</param>
/// <param name="TankHeight">Rim above the floor, in metres.</param>
/// <param name="OutletHeight">Outlet of the main above the tank's floor, in metres.</param>
/// <param name="HeaderHeight">Pressure sensor above the tank's floor, in metres.</param>
/// <param name="PipeFriction">Of the main without its valve, in m/(m³/s)².</param>
internal sealed record PlantParameters(
    double TankArea, double TankHeight, double OutletHeight, double HeaderHeight, double PipeFriction,
    ControlValve Valve, ImmutableArray<PumpUnit> Pumps)
{
    /// <summary>The station of <c>samples/pumping-station</c>: one pump lifts 60 m³/h by 20 m with 5.5 kW, the wet well holds 8 m³ and cycles every few minutes.</summary>
    public static PlantParameters Sample { get; } = new(
        TankArea: 2, TankHeight: 4, OutletHeight: 12, HeaderHeight: 1, PipeFriction: 32_000,
        new ControlValve(OpenFriction: 3_500, Rangeability: 50, StrokeTime: TimeSpan.FromSeconds(30)),
        [SamplePump, SamplePump]);

    public double TankCapacity => TankArea * TankHeight;

    private static PumpUnit SamplePump => new(
        new PumpCurve(ShutoffHead: 24, Steepness: 14_400, RatedSpeed: 1450, BestFlow: 1.0 / 60, BestEfficiency: 0.72),
        new AsynchronousMotor(
            RatedPower: 5_500, RatedEfficiency: 0.89, RatedPowerFactor: 0.84, Voltage: 400,
            new ThermalBody(Resistance: 0.11, TimeConstant: TimeSpan.FromMinutes(18))),
        new RollingBearing(
            RatedLife: TimeSpan.FromHours(16_000), FrictionPower: 25, Vibration: 1.1,
            new ThermalBody(Resistance: 1.0, TimeConstant: TimeSpan.FromMinutes(12))),
        Ramp: 150);

    /// <summary>The plant at rest: a tank at a level, the valve open, everything at ambient temperature.</summary>
    /// <param name="level">In metres.</param>
    /// <param name="wear">Of each pump's bearing, 0 to 1.</param>
    public PlantState AtRest(double level, double ambientTemperature, params ReadOnlySpan<double> wear)
    {
        ImmutableArray<PumpState>.Builder pumps = ImmutableArray.CreateBuilder<PumpState>(wear.Length);
        foreach (double w in wear)
        {
            pumps.Add(new PumpState(
                IsCalled: false, Speed: 0, w, RunningTime: TimeSpan.Zero, ambientTemperature, ambientTemperature, Flow: 0, Load: default));
        }
        return new PlantState(TimeSpan.Zero, Steps: 0, level * TankArea, ValvePosition: 1, pumps.MoveToImmutable(), Lead: 0, default, default);
    }
}
