using System.Text;
using Gemel.Server.Clients;
using Gemel.Server.Demo.Devices;
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
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
