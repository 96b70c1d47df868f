using Gemel.Server.Demo.Devices;
using Gemel.Server.Demo.Plant;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Server.Tests.Demo.Devices;

public sealed class PlantRunnerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 11)]
    [InlineData(60, 601)]
    [InlineData(1000, 10_001)]
    public void At_any_speed_samples_are_evenly_spread_and_never_ahead_of_the_clock(double speed, int expected)
    {
        PlantRunner runner = Runner(speed);
        var times = new List<Timestamp>();
        for (int i = 0; i <= 1000; i++)
        {
            DateTimeOffset now = Start.AddMilliseconds(10 * i);
            runner.CatchUp(now, (_, time) => times.Add(time));
            Assert.True(times[^1] <= Timestamp.From(now), "a sample is ahead of the clock");
        }
        Assert.Equal(expected, times.Count);
        Assert.Equal(TimeSpan.FromSeconds(expected), runner.State.Elapsed);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(1 / speed, (pair.Second - pair.First).TotalSeconds, 6));
    }

    [Fact]
    public void After_being_held_up_for_long_the_plant_goes_on_from_the_present()
    {
        PlantRunner runner = Runner(speed: 10);
        var times = new List<Timestamp>();
        runner.CatchUp(Start, (_, time) => times.Add(time));
        runner.CatchUp(Start.AddHours(1), (_, time) => times.Add(time));
        Assert.Equal([Timestamp.From(Start), Timestamp.From(Start.AddHours(1))], times);
    }

    [Fact]
    public async Task The_first_sample_comes_at_once()
    {
        using var end = new CancellationTokenSource();
        int samples = 0;
        Task running = Runner(speed: 1).RunAsync((_, _) => samples++, end.Token);
        Assert.Equal(1, samples);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static PlantRunner Runner(double speed) => new(
        new PumpingStation(PlantParameters.Sample), PlantParameters.Sample.AtRest(2, 15, 0, 0), seed: 1, speed, new FakeTimeProvider(Start));
}
