using System.Text.Json;
using Gemel.Server.Demo.Board;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Server.Tests.Demo.Board;

public sealed class ChangeStreamTests
{
    [Fact]
    public async Task Batches_are_taken_apart_and_after_a_loss_the_stream_resumes_behind_the_last_event()
    {
        string?[] tokens = await Follow(
            ["1", "2", "3"],
            token => token switch
            {
                null => (200, ": hello\n\nid: a\ndata: [{\"n\":1},{\"n\":2}]\n\n"),
                "a" => (200, "id: b\ndata: {\"n\":3}\n\n"),
                _ => (500, ""),
            });
        Assert.Equal([null, "a"], tokens);
    }

    [Fact]
    public async Task A_place_that_the_journal_no_longer_holds_is_given_up()
    {
        int calls = 0;
        string?[] tokens = await Follow(
            ["1", "2"],
            token => calls++ switch
            {
                0 => (200, "id: a\ndata: {\"n\":1}\n\n"),
                1 => (410, ""),
                _ => (200, "id: z\ndata: {\"n\":2}\n\n"),
            });
        Assert.Equal([null, "a", null], tokens);
    }

    [Fact]
    public async Task A_refusal_is_an_error()
    {
        using HttpClient client = new ScriptedServer(_ => (401, "")).Client();
        var stream = new ChangeStream(client, new FakeTimeProvider());
        await using IAsyncEnumerator<JsonElement> events = stream.EventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        GemelException failure = await Assert.ThrowsAsync<GemelException>(async () => await events.MoveNextAsync());
        Assert.Equal("GMX001", failure.Error.Code.Code);
    }

    private static async Task<string?[]> Follow(string[] expected, Func<string?, (int, string)> answer)
    {
        var tokens = new List<string?>();
        var server = new ScriptedServer(request =>
        {
            string? token = request.Headers.TryGetValues("Last-Event-ID", out IEnumerable<string>? values) ? values.Single() : null;
            tokens.Add(token);
            return answer(token);
        });
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(60) };
        using HttpClient client = server.Client();
        await using IAsyncEnumerator<JsonElement> events = new ChangeStream(client, clock)
            .EventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        foreach (string n in expected)
        {
            ValueTask<bool> moving = events.MoveNextAsync();
            while (!moving.IsCompleted)
            {
                clock.Advance(TimeSpan.FromSeconds(60));
                await Task.Yield();
            }
            Assert.True(await moving);
            Assert.Equal(n, events.Current.GetProperty("n").GetRawText());
        }
        return [.. tokens];
    }
}
