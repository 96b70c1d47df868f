using Gemel.Bench.Soak;

namespace Gemel.Bench.Tests;

public sealed class CounterLedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CounterLedger _ledger = new("counter-0");

    [Fact]
    public void Two_values_never_carry_the_same_time()
    {
        (int first, DateTimeOffset one) = _ledger.Begin(Start);
        (int second, DateTimeOffset two) = _ledger.Begin(Start);
        Assert.Equal((0, 1), (first, second));
        Assert.True(two > one);
    }

    [Fact]
    public void What_was_acknowledged_and_is_not_stored_is_lost()
    {
        Send(3, acknowledged: 3);
        Assert.Contains("1 acknowledged but lost (1…)", Assert.Single(Check(0, 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_acknowledged_may_be_there_or_not()
    {
        Send(3, acknowledged: 2);
        Assert.Empty(Check(0, 1));
        Assert.Empty(Check(0, 1, 2));
    }

    [Theory]
    [InlineData(new[] { 0, 1, 1 }, "there twice")]
    [InlineData(new[] { 0, 1, 7 }, "never sent")]
    [InlineData(new[] { 1, 0 }, "out of order")]
    public void What_is_there_must_have_been_sent_once_and_in_order(int[] stored, string wrong)
    {
        Send(2, acknowledged: 2);
        Assert.Contains(wrong, Assert.Single(Check(stored)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_brings_each_value_once()
    {
        Send(2, acknowledged: 2);
        Assert.Null(_ledger.See(0));
        Assert.NotNull(_ledger.See(0));
        Assert.NotNull(_ledger.See(5));
        Assert.Contains("1 acknowledged but never on the stream (1…)", _ledger.Unseen(DateTimeOffset.MaxValue), StringComparison.Ordinal);
    }

    private void Send(int values, int acknowledged)
    {
        for (int i = 0; i < values; i++)
        {
            _ledger.Begin(Start.AddSeconds(i));
        }
        for (int i = 0; i < acknowledged; i++)
        {
            _ledger.Acknowledge(i, Start.AddSeconds(values));
        }
    }

    private IReadOnlyList<string> Check(params int[] stored) => _ledger.Check(stored, Start, DateTimeOffset.MaxValue);
}
