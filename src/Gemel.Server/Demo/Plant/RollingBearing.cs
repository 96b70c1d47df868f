namespace Gemel.Server.Demo.Plant;

/// <summary>A rolling bearing: how it wears, warms and shakes.</summary>
/// <param name="RatedLife">Running time at rated speed and load until it is worn out.</param>
/// <param name="FrictionPower">Heat at rated speed when new, in watts.</param>
/// <param name="Vibration">RMS velocity at rated speed and best flow when new, in mm/s.</param>
/// <param name="Housing">The heat path from the bearing to the air.</param>
/// <remarks>
/// Wear is damage added up linearly (Palmgren–Miner) at a rate after the rating life L₁₀ ~ P⁻³ of ISO 281 for ball bearings: 0 is new, 1 is worn out.
/// Vibration grows exponentially with damage, as run-to-failure records do (Randall, "Vibration-based Condition Monitoring", 2011, chapter 6), with the square
/// of speed, and away from the best flow. The zones of ISO 20816-3 put the numbers: new below 1.4 mm/s, alarm above 4.5, trip above 7.1.
/// </remarks>
internal sealed record RollingBearing(TimeSpan RatedLife, double FrictionPower, double Vibration, ThermalBody Housing)
{
    private const double LoadAwayFromBestFlow = 0.8;
    private const double VibrationAwayFromBestFlow = 1.2;
    private const double GrowthOfVibration = 2.2;
    private const double GrowthOfFriction = 1.8;

    /// <summary>The wear after <paramref name="dt"/>; never less than before, never above 1.</summary>
    /// <param name="relativeFlow">Flow over the best flow at this speed: the radial load is least at 1.</param>
    public double Wear(double wear, double speedRatio, double relativeFlow, TimeSpan dt)
    {
        double load = 1 + (LoadAwayFromBestFlow * Math.Abs(relativeFlow - 1));
        return Math.Min(1, wear + (speedRatio * load * load * load * (dt / RatedLife)));
    }

    /// <summary>Heat in watts.</summary>
    public double Friction(double wear, double speedRatio) => FrictionPower * speedRatio * (1 + (GrowthOfFriction * wear));

    /// <summary>RMS velocity in mm/s; 0 at standstill.</summary>
    public double VibrationAt(double wear, double speedRatio, double relativeFlow) =>
        Vibration * speedRatio * speedRatio * Math.Exp(GrowthOfVibration * wear)
        * (1 + (VibrationAwayFromBestFlow * (relativeFlow - 1) * (relativeFlow - 1)));
}
