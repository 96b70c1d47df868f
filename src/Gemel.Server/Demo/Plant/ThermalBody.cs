namespace Gemel.Server.Demo.Plant;

/// <summary>A body of one temperature that is heated from within and cooled by its surroundings.</summary>
/// <param name="Resistance">To the surroundings, in K/W.</param>
/// <param name="TimeConstant">Resistance times heat capacity.</param>
/// <remarks>Lumped capacitance, C dT/dt = P − (T − T_amb)/R (Incropera and DeWitt, "Fundamentals of Heat and Mass Transfer", chapter 5),
/// solved exactly over a step with constant losses; so every step size gives the same curve.</remarks>
internal sealed record ThermalBody(double Resistance, TimeSpan TimeConstant)
{
    /// <summary>Where the temperature settles, in the unit of <paramref name="ambient"/>.</summary>
    /// <param name="losses">In watts.</param>
    public double SteadyState(double losses, double ambient) => ambient + (Resistance * losses);

    public double Step(double temperature, double losses, double ambient, TimeSpan dt)
    {
        double target = SteadyState(losses, ambient);
        return target + ((temperature - target) * Math.Exp(-(dt / TimeConstant)));
    }
}
