using System.Text;
using Gemel.Server.Clients;
using Gemel.Server.Demo.Devices;
using Gemel.Server.Demo.Plant;
using Gemel.Server.Tests.Clients;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Server.Tests.Demo.Devices;

public sealed class DeviceSimulatorTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Samples_are_sent_in_order_and_the_one_under_way_again_after_a_lost_connection()
    {
        using var end = new CancellationTokenSource();
        var link = new FakeLink { OnPublish = _ => null };
        await using var device = new DeviceSimulator(PlantDevice.All[0], link, _clock);
        Task running = device.RunAsync(end.Token);
        Offer(device, 0, 3);
        await Until(() => link.Open == 1);
        link.OnPublish = _ => new(PublishOutcomeKind.Taken, 0, "");
        link.Lose();
        await Until(() => device.Taken == 3);
        Assert.Equal(["0", "0", "1", "2"], link.Received);
        Assert.Equal(2, link.Connects);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_full_buffer_loses_the_oldest_samples_and_counts_them()
    {
        await using var device = new DeviceSimulator(PlantDevice.All[0], new FakeLink(), _clock);
        Offer(device, 0, 605);
        Assert.Equal(5, device.Dropped);
    }

    [Fact]
    public async Task What_the_server_refuses_for_good_is_not_sent_again()
    {
        using var end = new CancellationTokenSource();
        var link = new FakeLink { OnPublish = text => text == "0" ? new(PublishOutcomeKind.Refused, 0, "no such twin") : new(PublishOutcomeKind.Taken, 0, "") };
        await using var device = new DeviceSimulator(PlantDevice.All[0], link, _clock);
        Task running = device.RunAsync(end.Token);
        Offer(device, 0, 2);
        await Until(() => device.Taken == 1);
        Assert.Equal(["0", "1"], link.Received);
        Assert.Equal("no such twin", device.LastRefusal);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(1, 11)]
    [InlineData(60, 601)]
    [InlineData(1000, 10_001)]
    public async Task At_any_speed_samples_are_evenly_spread_and_never_ahead_of_the_clock(double speed, int expected)
    {
        using var end = new CancellationTokenSource();
        var runner = new PlantRunner(new PumpingStation(PlantParameters.Sample), PlantParameters.Sample.AtRest(2, 15, 0, 0), 1, speed, _clock);
        var times = new List<Timestamp>();
        Task running = runner.RunAsync((_, time) => times.Add(Seen(time)), end.Token);
        for (int i = 0; i < 1000; i++)
        {
            int before = times.Count;
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await Until(() => times.Count > before || !IsDue(times, speed));
        }
        Assert.Equal(expected, times.Count);
        Assert.Equal(TimeSpan.FromSeconds(expected), runner.State.Elapsed);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(1 / speed, (pair.Second - pair.First).TotalSeconds, 6));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private Timestamp Seen(Timestamp time)
    {
        Assert.True(time <= Timestamp.From(_clock.GetUtcNow()), "a sample is ahead of the clock");
        return time;
    }

    private bool IsDue(List<Timestamp> times, double speed) =>
        (Timestamp.From(_clock.GetUtcNow()) - times[^1]).TotalSeconds >= Math.Max(0.01, 1 / speed) - 1e-9;

    private static void Offer(DeviceSimulator device, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            device.Offer(Encoding.UTF8.GetBytes($"{i}"));
        }
    }

    // Lets the code under test go on; its back-off runs on the fake clock.
    private async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.Zero);
            await Task.Yield();
        }
    }
}
