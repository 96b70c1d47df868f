namespace Gemel.Server.Demo.Plant;

/// <summary>Constants of cold water and of the place.</summary>
internal static class Water
{
    /// <summary>kg/m³ at 15 °C.</summary>
    public const double Density = 999.1;

    /// <summary>m/s².</summary>
    public const double Gravity = 9.80665;

    private const double PascalPerBar = 1e5;

    /// <summary>Gauge pressure under a column of water.</summary>
    /// <param name="column">In metres.</param>
    /// <returns>In bar.</returns>
    public static double PressureOf(double column) => Density * Gravity * column / PascalPerBar;

    /// <summary>Power that raises a flow by a head, P = ρ g Q H.</summary>
    /// <param name="flow">In m³/s.</param>
    /// <param name="head">In metres.</param>
    /// <returns>In watts.</returns>
    public static double HydraulicPower(double flow, double head) => Density * Gravity * flow * head;
}
