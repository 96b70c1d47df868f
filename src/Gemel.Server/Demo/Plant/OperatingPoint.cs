namespace Gemel.Server.Demo.Plant;

/// <summary>Where pumps in parallel and the main meet: one head, and the flow of each pump at it.</summary>
/// <param name="Head">In metres, across the pumps.</param>
/// <param name="Flows">In m³/s, one for each pump, in their order.</param>
internal sealed record OperatingPoint(double Head, IReadOnlyList<double> Flows)
{
    // Halvings of the bracket: 2⁻⁶⁰ of a head of tens of metres is below the spacing of doubles.
    private const int Halvings = 60;

    public double TotalFlow => Flows.Sum();

    /// <summary>Finds the head at which the pumps together deliver what the main takes.</summary>
    /// <param name="pumps">Curve and speed of each pump; check valves keep water from flowing back through one.</param>
    /// <returns>At standstill, or where no pump reaches the static head, the static head and no flow.</returns>
    /// <remarks>Parallel pumps add their flows at the same head (Gülich, section 11.3). The pumps' flow falls and the main's grows with the head,
    /// so bisection between static head and highest shut-off head always finds the one solution.</remarks>
    public static OperatingPoint Solve(IReadOnlyList<(PumpCurve Curve, double Speed)> pumps, SystemCurve main)
    {
        double low = main.StaticHead;
        double high = pumps.Count == 0 ? low : pumps.Max(p => p.Curve.ShutoffHeadAt(p.Speed));
        if (high <= low || double.IsPositiveInfinity(main.Friction))
        {
            return new OperatingPoint(Math.Max(low, high), new double[pumps.Count]);
        }
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            bool moreThanTheMainTakes = pumps.Sum(p => p.Curve.Flow(middle, p.Speed)) > main.Flow(middle);
            (low, high) = moreThanTheMainTakes ? (middle, high) : (low, middle);
        }
        return new OperatingPoint(high, [.. pumps.Select(p => p.Curve.Flow(high, p.Speed))]);
    }
}
