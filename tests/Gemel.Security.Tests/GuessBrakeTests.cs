using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Security.Tests;

public sealed class GuessBrakeTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _clock = new();
    private readonly GuessBrake _brake;
    private int _guesses;

    public GuessBrakeTests() => _brake = new GuessBrake(_clock);

    public void Dispose() => _brake.Dispose();

    [Fact]
    public void The_wait_begins_after_ten_failures_doubles_with_each_further_one_and_ends_at_a_minute()
    {
        List<double> waits = [];
        for (int i = 0; i < 19; i++)
        {
            TimeSpan wait = _brake.WaitOf(Here, "gw", "mqtt");
            waits.Add(wait.TotalSeconds);
            _clock.Advance(wait);
            _brake.Failed(Here, "gw", NextGuess(), "mqtt");
        }
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
    }

    [Fact]
    public void Another_address_is_not_held_up_and_neither_is_another_identity()
    {
        Fail(Here, "gw", 11);
        Assert.NotEqual(TimeSpan.Zero, _brake.WaitOf(Here, "gw", "mqtt"));
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Elsewhere, "gw", "mqtt"));
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Here, "other", "mqtt"));
    }

    [Fact]
    public void Attempts_within_the_wait_do_not_lengthen_it()
    {
        Fail(Here, "gw", 11);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(2), _brake.WaitOf(Here, "gw", "mqtt"));
        }
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Here, "gw", "mqtt"));
    }

    [Fact]
    public void A_good_credential_ends_the_count()
    {
        Fail(Here, "gw", 11);
        _clock.Advance(TimeSpan.FromSeconds(2));
        _brake.Succeeded(Here, "gw", "device:gw");
        Fail(Here, "gw", 9);
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Here, "gw", "mqtt"));
    }

    [Fact]
    public void An_address_that_tries_ever_new_identities_waits_as_a_whole_but_not_for_those_who_came_in()
    {
        _brake.Succeeded(Here, "gw", "gw");
        for (int i = 0; i < 21; i++)
        {
            _brake.Failed(Here, $"guess-{i}", NextGuess(), "mqtt");
        }
        Assert.NotEqual(TimeSpan.Zero, _brake.WaitOf(Here, "guess-new", "mqtt"));
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Here, "gw", "mqtt"));
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Elsewhere, "guess-new", "mqtt"));
    }

    [Fact]
    public void One_device_with_a_wrong_secret_does_not_hold_up_those_behind_the_same_address()
    {
        Fail(Here, "broken", 1_000);
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Here, "never-seen", "mqtt"));
    }

    [Fact]
    public void Addresses_of_one_subscriber_count_as_one_and_mapped_ones_as_what_they_are()
    {
        Fail(IPAddress.Parse("2001:db8:1:2::1"), "gw", 11);
        Assert.NotEqual(TimeSpan.Zero, _brake.WaitOf(IPAddress.Parse("2001:db8:1:2:ffff::9"), "gw", "mqtt"));
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(IPAddress.Parse("2001:db8:1:3::1"), "gw", "mqtt"));
        Fail(IPAddress.Parse("::ffff:192.0.2.1"), "gw", 11);
        Assert.NotEqual(TimeSpan.Zero, _brake.WaitOf(Here, "gw", "mqtt"));
    }

    [Fact]
    public void Ever_new_names_take_no_more_memory_than_the_table_has()
    {
        string longName = new('x', 60_000);
        for (int i = 0; i < 30_000; i++)
        {
            _brake.Failed(new IPAddress(i + 1), $"{i}-{longName}"[..Math.Min(1_000, longName.Length)], NextGuess(), "mqtt");
        }
        Assert.Equal(GuessBrake.Most, _brake.Count);
    }

    [Fact]
    public void Failures_long_ago_do_not_count()
    {
        Fail(Here, "gw", 10);
        _clock.Advance(TimeSpan.FromMinutes(16));
        Fail(Here, "gw", 9);
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Here, "gw", "mqtt"));
    }

    [Fact]
    public void The_same_wrong_credential_again_and_again_is_no_guess()
    {
        for (int i = 0; i < 1_000; i++)
        {
            _brake.Failed(Here, "gw", i % 2 == 0 ? "old key"u8 : "older key"u8, "http");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(TimeSpan.Zero, _brake.WaitOf(Here, "gw", "http"));
    }

    private byte[] NextGuess() => BitConverter.GetBytes(_guesses++);

    private void Fail(IPAddress address, string identity, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _brake.Failed(address, identity, NextGuess(), "mqtt");
        }
    }
}
