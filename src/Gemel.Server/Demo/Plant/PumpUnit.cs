namespace Gemel.Server.Demo.Plant;

/// <summary>A pump with its drive, motor and bearing.</summary>
/// <param name="Ramp">How fast the drive changes speed, in revolutions per minute per second.</param>
internal sealed record PumpUnit(PumpCurve Curve, AsynchronousMotor Motor, RollingBearing Bearing, double Ramp)
{
    // Worn wear rings let water slip back from discharge to suction.
    private const double EfficiencyLostToWear = 0.12;

    /// <summary>The speed after <paramref name="dt"/>, in revolutions per minute.</summary>
    public double Accelerate(double speed, double desired, TimeSpan dt)
    {
        double most = Ramp * dt.TotalSeconds;
        return speed + Math.Clamp(desired - speed, -most, most);
    }

    /// <summary>What is seen of the pump at an operating point.</summary>
    /// <param name="flow">In m³/s.</param>
    /// <param name="head">In metres.</param>
    public PumpLoad LoadAt(PumpState state, double flow, double head)
    {
        double ratio = state.Speed / Curve.RatedSpeed;
        double relativeFlow = Curve.RelativeFlow(flow, state.Speed);
        double efficiency = Curve.Efficiency(flow, state.Speed) * (1 - (EfficiencyLostToWear * state.Wear));
        double shaft = Water.HydraulicPower(flow, head) / efficiency;
        return new PumpLoad(
            ratio, relativeFlow, shaft,
            Motor.Power(shaft, ratio), Motor.Current(shaft, ratio), Motor.Losses(shaft, ratio),
            Bearing.VibrationAt(state.Wear, ratio, relativeFlow), Bearing.Friction(state.Wear, ratio));
    }

    /// <summary>The pump's slow states after <paramref name="dt"/> under a load.</summary>
    public PumpState Age(PumpState state, PumpLoad load, double ambient, TimeSpan dt) => state with
    {
        Wear = Bearing.Wear(state.Wear, load.SpeedRatio, load.RelativeFlow, dt),
        RunningTime = state.Speed > 0 ? state.RunningTime + dt : state.RunningTime,
        MotorTemperature = Motor.Winding.Step(state.MotorTemperature, load.MotorLosses, ambient, dt),
        BearingTemperature = Bearing.Housing.Step(state.BearingTemperature, load.BearingFriction, ambient, dt),
    };
}

/// <summary>How hard a pump works.</summary>
/// <param name="SpeedRatio">Speed over rated speed.</param>
/// <param name="RelativeFlow">Flow over the best flow at this speed.</param>
/// <param name="ShaftPower">In watts.</param>
/// <param name="ElectricalPower">In watts.</param>
/// <param name="Current">In amperes.</param>
/// <param name="MotorLosses">In watts.</param>
/// <param name="Vibration">In mm/s RMS.</param>
/// <param name="BearingFriction">In watts.</param>
internal readonly record struct PumpLoad(
    double SpeedRatio, double RelativeFlow, double ShaftPower,
    double ElectricalPower, double Current, double MotorLosses, double Vibration, double BearingFriction);
