namespace Gemel.Server.Demo.Plant;

/// <summary>Head and efficiency of a centrifugal pump over flow, at any speed.</summary>
/// <param name="ShutoffHead">Head without flow at rated speed, in metres.</param>
/// <param name="Steepness">a in H = H₀ − a Q², in m/(m³/s)².</param>
/// <param name="RatedSpeed">In revolutions per minute.</param>
/// <param name="BestFlow">Flow of best efficiency at rated speed, in m³/s.</param>
/// <param name="BestEfficiency">Hydraulic efficiency there, 0 to 1.</param>
/// <remarks>Quadratic curve and affinity laws (Q ~ n, H ~ n², P ~ n³) after Gülich, "Centrifugal Pumps", 3rd ed., Springer 2014,
/// sections 3.4 and 4.1. With s = n/n₀ the laws turn H₀ − a Q² into s² H₀ − a Q²: the steepness does not depend on speed.</remarks>
internal sealed record PumpCurve(double ShutoffHead, double Steepness, double RatedSpeed, double BestFlow, double BestEfficiency)
{
    private const double LeastEfficiency = 0.05;

    /// <summary>Head without flow at a speed, in metres.</summary>
    public double ShutoffHeadAt(double speed) => ShutoffHead * Ratio(speed) * Ratio(speed);

    /// <summary>Head in metres; negative where the flow is beyond what the pump can drive.</summary>
    /// <param name="flow">In m³/s, not negative.</param>
    /// <param name="speed">In revolutions per minute, not negative.</param>
    public double Head(double flow, double speed) => ShutoffHeadAt(speed) - (Steepness * flow * flow);

    /// <summary>Flow against a head, in m³/s; 0 where the head is above the pump's, for its check valve then closes.</summary>
    public double Flow(double head, double speed) => Math.Sqrt(Math.Max(0, ShutoffHeadAt(speed) - head) / Steepness);

    /// <summary>Hydraulic efficiency, a parabola through 0 and the best point that moves with speed; never below 0.05, so that power stays
    /// finite near zero flow.</summary>
    public double Efficiency(double flow, double speed)
    {
        double relative = RelativeFlow(flow, speed);
        return Math.Max(LeastEfficiency, BestEfficiency * (1 - ((relative - 1) * (relative - 1))));
    }

    /// <summary>Flow as a fraction of the best flow at that speed; 0 at standstill.</summary>
    public double RelativeFlow(double flow, double speed) => speed <= 0 ? 0 : flow / (BestFlow * Ratio(speed));

    private double Ratio(double speed) => speed / RatedSpeed;
}
