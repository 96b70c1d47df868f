using System.Collections.Immutable;

namespace Gemel.Server.Demo.Plant;

/// <summary>The pumping station as a function from one state to the next.</summary>
/// <remarks>
/// A step has three parts: the controller and the actuators move; the flows that then hold follow from the operating point, for water settles in a second or
/// two and everything else is slower; tank, temperatures and wear are carried forward over the step with these flows. Pure: no clock, no randomness, no state of its own.
/// </remarks>
internal sealed class PumpingStation(PlantParameters parameters)
{
    public PlantParameters Parameters { get; } = parameters;

    /// <summary>Level of the tank in metres.</summary>
    public double Level(PlantState state) => state.TankVolume / Parameters.TankArea;

    /// <summary>The state after <paramref name="dt"/>; any positive length is stable, up to some minutes also realistic.</summary>
    public PlantState Step(PlantState state, PlantInputs inputs, TimeSpan dt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(dt, TimeSpan.Zero);
        PlantState moved = MoveActuators(state, inputs, dt);
        SystemCurve main = MainOf(moved);
        OperatingPoint point = OperatingPoint.Solve([.. moved.Pumps.Select((p, i) => (Parameters.Pumps[i].Curve, p.Speed))], main);
        double share = ShareInTheTank(moved, inputs, point, dt);
        PlantFlows flows = Flows(moved, inputs, point, share, dt);
        return moved with
        {
            Elapsed = state.Elapsed + dt,
            Steps = state.Steps + 1,
            TankVolume = Math.Clamp(moved.TankVolume + ((flows.Inflow - flows.Outflow - flows.Overflow) * dt.TotalSeconds), 0, Parameters.TankCapacity),
            Pumps = [.. moved.Pumps.Select((pump, i) => Run(i, pump, point.Flows[i] * share, point.Head, inputs.AmbientTemperature, dt))],
            Last = flows,
            Totals = state.Totals.Add(flows, dt),
        };
    }

    /// <summary>What the main asks of the pumps with tank and valve as they are.</summary>
    public SystemCurve MainOf(PlantState state) =>
        new(Parameters.OutletHeight - Level(state), Parameters.PipeFriction + Parameters.Valve.Friction(state.ValvePosition));

    private PlantState MoveActuators(PlantState state, PlantInputs inputs, TimeSpan dt)
    {
        (ImmutableArray<bool> called, int lead) = LevelController.Decide([.. state.Pumps.Select(p => p.IsCalled)], state.Lead, inputs, Level(state));
        return state with
        {
            ValvePosition = Parameters.Valve.Move(state.ValvePosition, inputs.DesiredValvePosition, dt),
            Lead = lead,
            Pumps = [.. state.Pumps.Select((pump, i) => pump with
            {
                IsCalled = called[i],
                Speed = Parameters.Pumps[i].Accelerate(pump.Speed, called[i] ? inputs.Pumps[i].DesiredSpeed : 0, dt),
            })],
        };
    }

    /// <summary>The share of the solved flow that the tank can give in this step: below 1 only where it would run dry within it.</summary>
    private static double ShareInTheTank(PlantState state, PlantInputs inputs, OperatingPoint point, TimeSpan dt)
    {
        double available = (state.TankVolume / dt.TotalSeconds) + inputs.Inflow;
        return point.TotalFlow > available ? available / point.TotalFlow : 1;
    }

    private PlantFlows Flows(PlantState state, PlantInputs inputs, OperatingPoint point, double share, TimeSpan dt)
    {
        double outflow = point.TotalFlow * share;
        double kept = state.TankVolume + ((inputs.Inflow - outflow) * dt.TotalSeconds);
        double overflow = Math.Max(0, kept - Parameters.TankCapacity) / dt.TotalSeconds;
        double header = Level(state) + point.Head - Parameters.HeaderHeight;
        return new PlantFlows(inputs.Inflow, outflow, overflow, point.Head, Water.PressureOf(header));
    }

    private PumpState Run(int index, PumpState pump, double flow, double head, double ambient, TimeSpan dt)
    {
        PumpUnit unit = Parameters.Pumps[index];
        PumpLoad load = unit.LoadAt(pump, flow, head);
        return unit.Age(pump, load, ambient, dt) with { Flow = flow, Load = load };
    }
}
