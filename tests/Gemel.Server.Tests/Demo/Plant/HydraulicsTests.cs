using CsCheck;
using Gemel.Server.Demo.Plant;

namespace Gemel.Server.Tests.Demo.Plant;

public sealed class HydraulicsTests
{
    private static readonly PumpCurve Curve = PlantParameters.Sample.Pumps[0].Curve;

    private static readonly Gen<double> Speed = Gen.Double[200, 1700];

    [Fact]
    public void At_another_speed_flow_follows_the_ratio_head_its_square_and_power_its_cube()
    {
        Gen.Select(Gen.Double[0.001, 0.03], Gen.Double[0.2, 1.2]).Sample((flow, ratio) =>
        {
            double speed = ratio * Curve.RatedSpeed;
            double head = Curve.Head(flow, Curve.RatedSpeed);
            AssertClose(ratio * ratio * head, Curve.Head(ratio * flow, speed));
            AssertClose(Curve.Efficiency(flow, Curve.RatedSpeed), Curve.Efficiency(ratio * flow, speed));
            AssertClose(
                ratio * ratio * ratio * Water.HydraulicPower(flow, head),
                Water.HydraulicPower(ratio * flow, Curve.Head(ratio * flow, speed)));
        });
    }

    [Fact]
    public void The_operating_point_lies_on_the_curve_of_each_running_pump_and_of_the_main()
    {
        Gen.Select(Speed, Speed, Gen.Double[5, 14], Gen.Double[20_000, 200_000]).Sample((first, second, lift, friction) =>
        {
            var main = new SystemCurve(lift, friction);
            OperatingPoint point = OperatingPoint.Solve([(Curve, first), (Curve, second)], main);
            foreach ((double flow, double speed) in point.Flows.Zip([first, second]))
            {
                if (flow > 0)
                {
                    AssertClose(Curve.Head(flow, speed), point.Head);
                }
                else
                {
                    Assert.True(Curve.ShutoffHeadAt(speed) <= point.Head + 1e-9, $"a pump at {speed} rpm does not deliver against {point.Head} m");
                }
            }
            if (point.TotalFlow > 0)
            {
                AssertClose(main.Head(point.TotalFlow), point.Head);
            }
        });
    }

    [Fact]
    public void One_pump_at_rated_speed_works_near_its_best_point()
    {
        PumpingStation station = new(PlantParameters.Sample);
        SystemCurve main = station.MainOf(PlantParameters.Sample.AtRest(2, 15, 0, 0));
        OperatingPoint point = OperatingPoint.Solve([(Curve, Curve.RatedSpeed)], main);
        Assert.InRange(Curve.RelativeFlow(point.TotalFlow, Curve.RatedSpeed), 0.9, 1.1);
    }

    [Fact]
    public void Two_pumps_deliver_more_than_one_and_less_than_twice_as_much()
    {
        var main = new SystemCurve(10, 35_500);
        double one = OperatingPoint.Solve([(Curve, 1450)], main).TotalFlow;
        double two = OperatingPoint.Solve([(Curve, 1450), (Curve, 1450)], main).TotalFlow;
        Assert.InRange(two, 1.02 * one, 1.98 * one);
    }

    [Fact]
    public void A_pump_too_slow_for_the_static_head_delivers_nothing_and_the_main_stands_at_it()
    {
        OperatingPoint point = OperatingPoint.Solve([(Curve, 300)], new SystemCurve(10, 35_500));
        Assert.Equal(0, point.TotalFlow);
        Assert.Equal(10, point.Head);
    }

    [Fact]
    public void Against_a_shut_valve_the_pump_gives_its_shut_off_head_and_no_flow()
    {
        ControlValve valve = PlantParameters.Sample.Valve;
        OperatingPoint point = OperatingPoint.Solve([(Curve, 1450)], new SystemCurve(10, 32_000 + valve.Friction(0)));
        Assert.Equal(0, point.TotalFlow);
        AssertClose(Curve.ShutoffHead, point.Head);
    }

    [Fact]
    public void Closing_the_valve_always_lowers_the_flow()
    {
        ControlValve valve = PlantParameters.Sample.Valve;
        double before = double.PositiveInfinity;
        for (double position = 1; position > ControlValve.ShutPosition; position -= 0.05)
        {
            double flow = OperatingPoint.Solve([(Curve, 1450)], new SystemCurve(10, 32_000 + valve.Friction(position))).TotalFlow;
            Assert.True(flow < before, $"flow {flow} at position {position}");
            before = flow;
        }
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.InRange(actual, expected - (1e-6 * Math.Max(1, Math.Abs(expected))), expected + (1e-6 * Math.Max(1, Math.Abs(expected))));
}
