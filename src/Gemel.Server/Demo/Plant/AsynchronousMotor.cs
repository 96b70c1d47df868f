namespace Gemel.Server.Demo.Plant;

/// <summary>A three-phase asynchronous motor fed by a drive: what it takes from the net for a power at the shaft.</summary>
/// <param name="RatedPower">At the shaft, in watts.</param>
/// <param name="RatedEfficiency">0 to 1.</param>
/// <param name="RatedPowerFactor">cos φ at rated load.</param>
/// <param name="Voltage">Between lines, in volts.</param>
/// <param name="Winding">The heat path from the winding to the air.</param>
/// <remarks>Losses are a constant share (iron, friction; they go with speed) and a share that goes with the square of the load (copper), halves of the rated losses each;
/// the current is the geometric sum of load and magnetising current. Fitzgerald, "Electric Machinery", 7th ed., chapter 6.</remarks>
internal sealed record AsynchronousMotor(double RatedPower, double RatedEfficiency, double RatedPowerFactor, double Voltage, ThermalBody Winding)
{
    private double RatedLosses => RatedPower * ((1 / RatedEfficiency) - 1);

    /// <summary>Losses in watts; 0 at standstill.</summary>
    /// <param name="shaftPower">In watts.</param>
    /// <param name="speedRatio">Speed over rated speed.</param>
    public double Losses(double shaftPower, double speedRatio)
    {
        double load = shaftPower / RatedPower;
        return 0.5 * RatedLosses * (speedRatio + (load * load));
    }

    /// <summary>Electrical power taken, in watts.</summary>
    public double Power(double shaftPower, double speedRatio) => shaftPower + Losses(shaftPower, speedRatio);

    /// <summary>Line current in amperes; 0 at standstill.</summary>
    public double Current(double shaftPower, double speedRatio)
    {
        if (speedRatio <= 0)
        {
            return 0;
        }
        double perWatt = 1 / (Math.Sqrt(3) * Voltage);
        double active = Power(shaftPower, speedRatio) * perWatt;
        double ratedActive = RatedPower / RatedEfficiency * perWatt;
        double magnetising = ratedActive * Math.Tan(Math.Acos(RatedPowerFactor));
        return Math.Sqrt((active * active) + (magnetising * magnetising));
    }
}
