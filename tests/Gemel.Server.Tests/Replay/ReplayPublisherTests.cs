using System.Text;
using CsCheck;
using Gemel.Server.Clients;
using Gemel.Server.Replay;
using Gemel.Server.Tests.Clients;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Server.Tests.Replay;

public sealed class ReplayPublisherTests
{
    private static readonly PublishOutcome Taken = new(PublishOutcomeKind.Taken, 0, "");

    [Fact]
    public async Task Every_message_is_sent_once_and_in_order()
    {
        var link = new FakeLink();
        var publisher = new ReplayPublisher(link, 100, new FakeTimeProvider());
        await publisher.RunAsync(Messages(500), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), link.Received);
        Assert.Equal(new ReplayCounts(500, 500, 0, 0, 0, null), publisher.Counts);
    }

    [Theory]
    [InlineData(7, 65_535, 7)]
    [InlineData(100, 5, 5)]
    public async Task No_more_wait_than_the_window_and_the_servers_receive_maximum(int inFlight, int receiveMaximum, int expected)
    {
        var link = new FakeLink(receiveMaximum) { OnPublish = _ => null };
        var publisher = new ReplayPublisher(link, inFlight, new FakeTimeProvider());
        Task running = publisher.RunAsync(Messages(20), TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
        {
            link.AcknowledgeOldest();
        }
        await running;
        Assert.Equal(expected, link.MostOpen);
        Assert.Equal(20, publisher.Counts.Taken);
    }

    [Fact]
    public async Task After_a_lost_connection_what_was_not_acknowledged_is_sent_again_in_order_before_anything_new()
    {
        var link = new FakeLink { OnPublish = _ => null };
        var publisher = new ReplayPublisher(link, 4, new FakeTimeProvider());
        Task running = publisher.RunAsync(Messages(6), TestContext.Current.CancellationToken);
        link.AcknowledgeOldest();
        link.OnPublish = _ => Taken;
        link.Lose();
        await running;
        Assert.Equal(["0", "1", "2", "3", "4", "1", "2", "3", "4", "5"], link.Received);
        Assert.Equal(2, link.Connects);
        Assert.Equal(new ReplayCounts(6, 6, 0, 4, 0, null), publisher.Counts);
    }

    [Fact]
    public void Whatever_is_lost_and_when_each_message_is_taken_and_first_arrivals_are_in_order()
    {
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 10], Gen.Int[0, 1000].Array[0, 30]).Sample((count, inFlight, losses) =>
        {
            var link = new FakeLink();
            var random = new Queue<int>(losses);
            link.OnPublish = _ => random.Count > 0 ? (random.Dequeue() % 3 == 0 ? null : Taken) : Taken;
            var publisher = new ReplayPublisher(link, inFlight, new FakeTimeProvider());
            Task running = publisher.RunAsync(Messages(count), CancellationToken.None);
            while (!running.IsCompleted)
            {
                link.Lose();
            }
            running.GetAwaiter().GetResult();
            Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), link.Received.Distinct());
            Assert.Equal(count, publisher.Counts.Taken);
        });
    }

    [Fact]
    public async Task What_is_refused_for_good_is_counted_with_its_reason_and_not_sent_again()
    {
        var link = new FakeLink { OnPublish = text => text == "1" ? new(PublishOutcomeKind.Refused, 0, "twin unknown") : new(PublishOutcomeKind.Taken, 2, "") };
        var publisher = new ReplayPublisher(link, 10, new FakeTimeProvider());
        await publisher.RunAsync(Messages(3), TestContext.Current.CancellationToken);
        Assert.Equal(["0", "1", "2"], link.Received);
        Assert.Equal(new ReplayCounts(3, 2, 1, 0, 4, "twin unknown"), publisher.Counts);
    }

    [Fact]
    public async Task What_is_refused_for_now_is_sent_again_after_a_pause()
    {
        var clock = new FakeTimeProvider();
        int attempts = 0;
        var link = new FakeLink { OnPublish = _ => attempts++ < 2 ? new(PublishOutcomeKind.TryLater, 0, "disk full") : Taken };
        var publisher = new ReplayPublisher(link, 10, clock);
        Task running = publisher.RunAsync(Messages(1), TestContext.Current.CancellationToken);
        Assert.Single(link.Received);
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
        }
        await running;
        Assert.Equal(["0", "0", "0"], link.Received);
        Assert.Equal(1, publisher.Counts.Taken);
    }

    [Fact]
    public async Task Cancelling_ends_the_run_with_messages_still_waiting()
    {
        using var cancellation = new CancellationTokenSource();
        var link = new FakeLink { OnPublish = _ => null };
        Task running = new ReplayPublisher(link, 3, new FakeTimeProvider()).RunAsync(Messages(10), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async IAsyncEnumerable<ReplayMessage> Messages(int count)
    {
        await Task.CompletedTask;
        for (int i = 0; i < count; i++)
        {
            yield return new ReplayMessage("twins/a/data", Encoding.UTF8.GetBytes($"{i}"), i);
        }
    }
}
