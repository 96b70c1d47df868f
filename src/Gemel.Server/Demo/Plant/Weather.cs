namespace Gemel.Server.Demo.Plant;

/// <summary>The disturbances: what flows in and how warm it is, over plant time.</summary>
/// <remarks>Inflow has the two humps of a day of a small catchment, slow and fast fluctuation, and now and then rain that one pump cannot manage.</remarks>
internal sealed class Weather(ulong seed)
{
    private const double DryInflow = 0.0085;
    private const double LeastInflow = 0.001;
    private const double HeaviestRain = 0.008;
    private const double ShareOfRainyHours = 0.12;

    private const int SlowChannel = 100;
    private const int FastChannel = 101;
    private const int RainChannel = 102;
    private const int TemperatureChannel = 103;

    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan Front = TimeSpan.FromDays(2);

    private readonly Noise _noise = new(seed);

    /// <summary>In m³/s, always positive.</summary>
    public double Inflow(TimeSpan at)
    {
        double hour = at.TotalHours;
        double day = (0.22 * Math.Sin((hour - 4) * Math.PI / 12)) + (0.16 * Math.Sin((hour - 5) * Math.PI / 6));
        double fluctuation = (0.15 * _noise.Smooth(SlowChannel, at, Slow)) + (0.12 * _noise.Smooth(FastChannel, at, Fast));
        return Math.Max(LeastInflow, (DryInflow * (1 + day + fluctuation)) + Rain(at));
    }

    /// <summary>In °C.</summary>
    public double Temperature(TimeSpan at) =>
        14 + (5 * Math.Sin((at.TotalHours - 9) * Math.PI / 12)) + (3 * _noise.Smooth(TemperatureChannel, at, Front));

    private double Rain(TimeSpan at)
    {
        long hour = (long)Math.Floor(at.TotalHours);
        double draw = _noise.Uniform(RainChannel, hour);
        double strength = Math.Max(0, 1 - (draw / ShareOfRainyHours));
        double shape = Math.Sin(Math.PI * (at.TotalHours - hour));
        return HeaviestRain * strength * shape * shape;
    }
}
