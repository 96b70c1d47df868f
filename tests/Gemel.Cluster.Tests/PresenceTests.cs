using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

public sealed class PresenceTests
{
    private static readonly DeviceId Device = DeviceId.Create("d1");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private Timestamp Now => Timestamp.From(_clock.GetUtcNow());

    [Fact]
    public void A_device_is_connected_while_any_of_its_sessions_is_open()
    {
        Presence presence = new(_clock);
        Assert.False(presence.Get(Device).IsConnected);
        Assert.True(presence.Get(Device).Since.IsNone);
        long first = presence.Connected(Device, "a", remote: null);
        long second = presence.Connected(Device, "b", remote: null);
        Timestamp since = Now;
        _clock.Advance(Minute);
        presence.Disconnected(first, "takenOver");
        Assert.True(presence.Get(Device).IsConnected);
        Assert.Equal(since, presence.Get(Device).Since);
        presence.Disconnected(second, "connectionLost");
        presence.Disconnected(second, "again");
        DevicePresence gone = presence.Get(Device);
        Assert.Equal((false, Now, "connectionLost", 0), (gone.IsConnected, gone.Since, gone.LastEnd, presence.ConnectedDevices));
    }

    [Fact]
    public void Rates_approach_what_is_sent_and_fade_when_nothing_comes()
    {
        Presence presence = new(_clock);
        for (int second = 0; second < 600; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            presence.Seen(Device, messages: 10, values: 50, skew: null);
        }
        DevicePresence busy = presence.Get(Device);
        Assert.InRange(busy.MessagesPerSecond, 9.5, 10.5);
        Assert.InRange(busy.ValuesPerSecond, 47.5, 52.5);
        _clock.Advance(5 * Minute);
        Assert.InRange(presence.Get(Device).MessagesPerSecond, 0, 0.1);
    }

    [Fact]
    public void A_device_that_reconnects_after_a_silence_has_not_sent_meanwhile()
    {
        Presence presence = new(_clock);
        for (int second = 0; second < 300; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            presence.Seen(Device, messages: 10, values: 10, skew: null);
        }
        _clock.Advance(10 * Minute);
        presence.Connected(Device, "a", remote: null);
        Assert.InRange(presence.Get(Device).MessagesPerSecond, 0, 0.01);
        Assert.Equal(Now, presence.Get(Device).LastSeen);
    }

    [Fact]
    public void A_skew_is_taken_at_once_and_then_followed_slowly()
    {
        Presence presence = new(_clock);
        presence.Seen(Device, 1, 1, skew: TimeSpan.FromSeconds(-20));
        Assert.Equal(TimeSpan.FromSeconds(-20), presence.Get(Device).Skew);
        Assert.Equal(TimeSpan.FromSeconds(-20), presence.LargestSkew);
        presence.Seen(Device, 1, 1, skew: TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(-19), presence.Get(Device).Skew);
        presence.Seen(Device, 1, 1, skew: null);
        Assert.Equal(TimeSpan.FromSeconds(-19), presence.Get(Device).Skew);
    }
}
