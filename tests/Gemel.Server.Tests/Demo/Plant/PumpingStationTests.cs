using Gemel.Server.Demo.Plant;

namespace Gemel.Server.Tests.Demo.Plant;

public sealed class PumpingStationTests
{
    private static readonly PumpingStation Station = new(PlantParameters.Sample);

    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(900)]
    public void What_came_in_is_in_the_tank_or_went_out_or_overflowed(double seconds)
    {
        PlantState start = PlantParameters.Sample.AtRest(2, 15, 0.1, 0.7);
        PlantState end = Run(start, TimeSpan.FromHours(6), TimeSpan.FromSeconds(seconds), new Weather(7));
        double expected = start.TankVolume + end.Totals.Inflow - end.Totals.Outflow - end.Totals.Overflow;
        Assert.Equal(expected, end.TankVolume, 6);
        Assert.True(end.Totals.Outflow > 50, $"only {end.Totals.Outflow} m³ were pumped");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(120)]
    [InlineData(900)]
    public void Thirty_days_stay_finite_and_within_physical_bounds(double seconds)
    {
        var dt = TimeSpan.FromSeconds(seconds);
        var weather = new Weather(11);
        PlantState state = PlantParameters.Sample.AtRest(2, 15, 0.1, 0.7);
        while (state.Elapsed < TimeSpan.FromDays(30))
        {
            PlantState next = Station.Step(state, Inputs(weather, state.Elapsed), dt);
            AssertPlausible(next);
            Assert.True(next.Pumps[0].Wear >= state.Pumps[0].Wear && next.Pumps[1].Wear >= state.Pumps[1].Wear, "wear fell");
            state = next;
        }
        Assert.All(state.Pumps, pump => Assert.InRange(pump.RunningTime.TotalHours, 20, 720));
        Assert.True(state.Pumps[0].Wear > 0.1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_seed_another_one()
    {
        PlantState start = PlantParameters.Sample.AtRest(2, 15, 0.1, 0.7);
        PlantReadings Read(ulong seed)
        {
            PlantState end = Run(start, TimeSpan.FromHours(2), TimeSpan.FromSeconds(1), new Weather(seed));
            return PlantReadings.Of(Station, end, 1, new Noise(seed));
        }
        PlantReadings first = Read(3);
        PlantReadings again = Read(3);
        Assert.Equal(first with { Pumps = [] }, again with { Pumps = [] });
        Assert.Equal<PumpReadings>(first.Pumps, again.Pumps);
        Assert.NotEqual(first.Level, Read(4).Level);
    }

    [Fact]
    public void A_pump_starts_at_the_start_level_runs_on_below_it_and_stops_at_the_stop_level()
    {
        PlantState state = PlantParameters.Sample.AtRest(2.5, 15, 0, 0);
        PlantInputs filling = SteadyInputs(inflow: 0.010);
        while (!IsAnyCalled(state))
        {
            Assert.True(Station.Level(state) < filling.StartLevel + 0.1);
            state = Station.Step(state, filling, TimeSpan.FromSeconds(1));
        }
        Assert.InRange(Station.Level(state), filling.StartLevel - 0.02, filling.StartLevel + 0.02);

        double lowest = double.PositiveInfinity;
        while (IsAnyCalled(state))
        {
            lowest = Math.Min(lowest, Station.Level(state));
            state = Station.Step(state, SteadyInputs(inflow: 0.002), TimeSpan.FromSeconds(1));
        }
        Assert.InRange(lowest, filling.StopLevel - 0.02, filling.StopLevel);
    }

    [Fact]
    public void Pumps_take_turns_in_leading()
    {
        PlantState state = PlantParameters.Sample.AtRest(2.5, 15, 0, 0);
        var starters = new List<int>();
        while (starters.Count < 4)
        {
            PlantState next = Station.Step(state, SteadyInputs(inflow: 0.006), TimeSpan.FromSeconds(1));
            starters.AddRange(Enumerable.Range(0, 2).Where(i => next.Pumps[i].IsCalled && !state.Pumps[i].IsCalled));
            state = next;
        }
        Assert.Equal([0, 1, 0, 1], starters);
    }

    [Fact]
    public void A_flood_brings_the_second_pump_and_then_the_rim_overflows()
    {
        PlantState state = PlantParameters.Sample.AtRest(2.5, 15, 0, 0);
        state = Run(state, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), SteadyInputs(inflow: 0.040));
        Assert.All(state.Pumps, pump => Assert.True(pump.IsCalled));
        Assert.True(state.Last.Overflow > 0);
        Assert.Equal(PlantParameters.Sample.TankCapacity, state.TankVolume, 9);
    }

    [Fact]
    public void A_pump_that_is_off_never_runs_and_the_other_one_takes_over()
    {
        PlantInputs inputs = SteadyInputs(inflow: 0.008) with { Pumps = [new(PumpMode.Off, 1450), new(PumpMode.Automatic, 1450)] };
        PlantState state = Run(PlantParameters.Sample.AtRest(2.7, 15, 0, 0), TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(1), inputs);
        Assert.Equal(TimeSpan.Zero, state.Pumps[0].RunningTime);
        Assert.True(state.Pumps[1].RunningTime > TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_pump_in_manual_on_an_empty_tank_lifts_no_more_than_comes_in()
    {
        PlantInputs inputs = SteadyInputs(inflow: 0.003) with { Pumps = [new(PumpMode.Manual, 1450), new(PumpMode.Off, 1450)] };
        PlantState state = Run(PlantParameters.Sample.AtRest(0.2, 15, 0, 0), TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), inputs);
        Assert.Equal(0, state.TankVolume, 9);
        Assert.Equal(0.003, state.Last.Outflow, 9);
    }

    [Fact]
    public void The_worn_pump_shakes_more_and_runs_hotter()
    {
        PlantInputs inputs = SteadyInputs(inflow: 0.016) with { Pumps = [new(PumpMode.Manual, 1450), new(PumpMode.Manual, 1450)] };
        PlantState state = Run(PlantParameters.Sample.AtRest(2, 15, 0.1, 0.75), TimeSpan.FromHours(1), TimeSpan.FromSeconds(1), inputs);
        Assert.True(state.Pumps[1].Load.Vibration > 2 * state.Pumps[0].Load.Vibration);
        Assert.True(state.Pumps[1].BearingTemperature > state.Pumps[0].BearingTemperature + 5);
    }

    [Fact]
    public void A_step_of_no_length_is_refused()
    {
        PlantState state = PlantParameters.Sample.AtRest(2, 15, 0, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Station.Step(state, SteadyInputs(0.01), TimeSpan.Zero));
    }

    private static bool IsAnyCalled(PlantState state) => state.Pumps.Any(pump => pump.IsCalled);

    private static PlantInputs Inputs(Weather weather, TimeSpan at) =>
        SteadyInputs(weather.Inflow(at)) with { AmbientTemperature = weather.Temperature(at) };

    private static PlantInputs SteadyInputs(double inflow) =>
        new(inflow, 15, 1, [new(PumpMode.Automatic, 1450), new(PumpMode.Automatic, 1450)], StartLevel: 2.6, StopLevel: 1.2);

    private static PlantState Run(PlantState state, TimeSpan duration, TimeSpan dt, Weather weather)
    {
        TimeSpan end = state.Elapsed + duration;
        while (state.Elapsed < end)
        {
            state = Station.Step(state, Inputs(weather, state.Elapsed), dt);
        }
        return state;
    }

    private static PlantState Run(PlantState state, TimeSpan duration, TimeSpan dt, PlantInputs inputs)
    {
        TimeSpan end = state.Elapsed + duration;
        while (state.Elapsed < end)
        {
            state = Station.Step(state, inputs, dt);
        }
        return state;
    }

    private static void AssertPlausible(PlantState state)
    {
        bool plausible = state.TankVolume is >= 0 and <= 8
            && state.Last.Outflow is >= 0 and < 0.05
            && state.Last.Overflow is >= 0 and < 0.05
            && state.Last.HeaderPressure is > 0 and < 4
            && state.Pumps.All(pump => pump.Speed is >= 0 and <= 1450
                && pump.Wear is >= 0 and <= 1
                && pump.MotorTemperature is > 0 and < 120
                && pump.BearingTemperature is > 0 and < 120
                && pump.Load.Vibration is >= 0 and < 30
                && pump.Load.Current is >= 0 and < 20
                && pump.Load.ElectricalPower is >= 0 and < 8_000);
        Assert.True(plausible, state.ToString());
    }
}
