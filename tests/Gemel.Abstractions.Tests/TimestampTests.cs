using System.Text;

namespace Gemel.Abstractions.Tests;

public sealed class TimestampTests
{
    [Theory]
    [InlineData("2026-11-23T17:56:06Z", "2026-11-23T17:56:06.0000000Z")]
    [InlineData("2026-11-23t17:56:06.1234567z", "2026-11-23T17:56:06.1234567Z")]
    [InlineData("2026-11-23T17:56:06.5+02:00", "2026-11-23T15:56:06.5000000Z")]
    [InlineData("2026-11-23T17:56:06-00:30", "2026-11-23T18:26:06.0000000Z")]
    public void RFC_3339_is_read_and_shown_in_UTC(string text, string shown)
    {
        Assert.True(Timestamp.TryParse(text, out Timestamp time));
        Assert.Equal(shown, time.ToString());
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out Timestamp fromUtf8));
        Assert.Equal(time, fromUtf8);
        byte[] formatted = new byte[Timestamp.FormattedLength];
        Assert.Equal(Timestamp.FormattedLength, time.Format(formatted));
        Assert.Equal(shown, Encoding.UTF8.GetString(formatted));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-23")]
    [InlineData("2026-11-23T17:56:06")]
    [InlineData("23.11.2026 17:56:06Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-11-23T25:00:00Z")]
    [InlineData("yesterday, at noon or so")]
    public void What_is_no_time_with_a_zone_is_refused(string text)
    {
        Assert.False(Timestamp.TryParse(text, out _));
        Assert.False(Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Unix_milliseconds_and_nanoseconds_are_exact_both_ways()
    {
        Timestamp time = Timestamp.FromUnixMilliseconds(1_700_000_000_123);
        Assert.Equal(1_700_000_000_123, time.UnixMilliseconds);
        Assert.Equal(time, Timestamp.FromUnixNanoseconds(time.UnixNanoseconds));
    }
}
