using CsCheck;
using Gemel.Server.Demo.Plant;

namespace Gemel.Server.Tests.Demo.Plant;

public sealed class MachineTests
{
    private static readonly PumpUnit Unit = PlantParameters.Sample.Pumps[0];

    [Fact]
    public void A_motor_under_constant_load_settles_at_ambient_plus_resistance_times_losses()
    {
        double losses = Unit.Motor.Losses(shaftPower: 4_500, speedRatio: 1);
        double temperature = 15;
        for (int minute = 0; minute < 600; minute++)
        {
            temperature = Unit.Motor.Winding.Step(temperature, losses, 15, TimeSpan.FromMinutes(1));
        }
        Assert.Equal(15 + (0.11 * losses), temperature, 6);
        Assert.InRange(temperature, 60, 100);
    }

    [Fact]
    public void Heating_does_not_depend_on_how_time_is_cut_into_steps()
    {
        ThermalBody body = Unit.Motor.Winding;
        Gen.Int[1, 500].Sample(steps =>
        {
            double temperature = 20;
            for (int i = 0; i < steps; i++)
            {
                temperature = body.Step(temperature, 500, 15, TimeSpan.FromHours(1) / steps);
            }
            Assert.Equal(body.Step(20, 500, 15, TimeSpan.FromHours(1)), temperature, 6);
        });
    }

    [Fact]
    public void After_one_time_constant_63_percent_of_the_rise_is_reached()
    {
        ThermalBody body = Unit.Motor.Winding;
        double rise = body.Step(0, 100, 0, body.TimeConstant) / body.SteadyState(100, 0);
        Assert.Equal(1 - (1 / Math.E), rise, 9);
    }

    [Fact]
    public void At_rated_load_the_motor_takes_its_rated_power_and_current()
    {
        AsynchronousMotor motor = Unit.Motor;
        Assert.Equal(5_500 / 0.89, motor.Power(5_500, 1), 6);
        Assert.Equal(5_500 / 0.89 / (Math.Sqrt(3) * 400 * 0.84), motor.Current(5_500, 1), 6);
        Assert.Equal(0, motor.Current(0, 0));
    }

    [Fact]
    public void Wear_never_falls_and_never_passes_one()
    {
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1.2], Gen.Double[0, 2], Gen.Double[0.001, 100_000]).Sample((wear, speed, flow, hours) =>
        {
            double after = Unit.Bearing.Wear(wear, speed, flow, TimeSpan.FromHours(hours));
            Assert.InRange(after, wear, 1);
        });
    }

    [Fact]
    public void A_bearing_at_best_point_is_worn_out_after_its_rated_life_and_sooner_away_from_it()
    {
        RollingBearing bearing = Unit.Bearing;
        Assert.Equal(1, bearing.Wear(0, 1, 1, bearing.RatedLife), 9);
        Assert.True(bearing.Wear(0, 1, 0.5, bearing.RatedLife / 2) > bearing.Wear(0, 1, 1, bearing.RatedLife / 2));
    }

    [Fact]
    public void Vibration_grows_with_wear_and_a_worn_bearing_is_in_the_alarm_zone()
    {
        RollingBearing bearing = Unit.Bearing;
        Assert.InRange(bearing.VibrationAt(0.05, 1, 1), 0.1, 1.4);
        Assert.InRange(bearing.VibrationAt(0.75, 1, 1), 4.5, 7.1);
        Gen.Select(Gen.Double[0, 0.9], Gen.Double[0.3, 1.2]).Sample((wear, speed) =>
            bearing.VibrationAt(wear + 0.1, speed, 1) > bearing.VibrationAt(wear, speed, 1));
    }
}
