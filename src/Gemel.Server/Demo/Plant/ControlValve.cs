namespace Gemel.Server.Demo.Plant;

/// <summary>A control valve with an equal-percentage characteristic and an actuator of constant rate.</summary>
/// <param name="OpenFriction">Its loss when fully open, in m/(m³/s)².</param>
/// <param name="Rangeability">Largest over smallest controllable flow coefficient, R.</param>
/// <param name="StrokeTime">From closed to open.</param>
/// <remarks>Characteristic Kv(x)/Kvs = R^(x−1) after IEC 60534-2-4; the loss goes with 1/Kv² (IEC 60534-2-1).
/// Below <see cref="ShutPosition"/> the plug sits on its seat.</remarks>
internal sealed record ControlValve(double OpenFriction, double Rangeability, TimeSpan StrokeTime)
{
    /// <summary>Position, as a fraction, below which nothing flows.</summary>
    public const double ShutPosition = 0.01;

    /// <summary>Loss at a position, in m/(m³/s)²; positive infinity when shut.</summary>
    /// <param name="position">0 closed to 1 open.</param>
    public double Friction(double position)
    {
        if (position < ShutPosition)
        {
            return double.PositiveInfinity;
        }
        double coefficient = Math.Pow(Rangeability, position - 1);
        return OpenFriction / (coefficient * coefficient);
    }

    /// <summary>The position after <paramref name="dt"/>, moving towards <paramref name="desired"/> at the actuator's rate.</summary>
    public double Move(double position, double desired, TimeSpan dt)
    {
        double most = dt / StrokeTime;
        return position + Math.Clamp(Math.Clamp(desired, 0, 1) - position, -most, most);
    }

    /// <summary>What the valve's limit switches say.</summary>
    public static ValveState StateOf(double position, double desired) => (desired - position) switch
    {
        > 1e-9 => ValveState.Opening,
        < -1e-9 => ValveState.Closing,
        _ => position < ShutPosition ? ValveState.Closed : ValveState.Open,
    };
}

/// <summary>The states of the sample model's enum, under the same names.</summary>
internal enum ValveState
{
    Closed,
    Opening,
    Open,
    Closing,
}
