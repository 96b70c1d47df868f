using System.Text.Json;
using Gemel.Query;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

public sealed class QueryServiceTests
{
    private const string All = "SELECT * FROM DIGITALTWINS";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SnapshotPins _pins = new();

    [Fact]
    public async Task Pages_show_the_commit_of_the_first_one_whatever_is_written_meanwhile()
    {
        await using TestInstance instance = await StartAsync(twins: 5);
        QueryService queries = Over(instance);
        QueryPage page = (await queries.ExecuteAsync(All, null, maxItems: 2, TestInstance.Cancelled)).Value;
        List<string> found = [.. IdsOf(page)];
        await instance.PutPumpAsync("late");
        while (page.Continuation is { } token)
        {
            page = (await queries.ExecuteAsync(null, token, maxItems: 2, TestInstance.Cancelled)).Value;
            found.AddRange(IdsOf(page));
        }
        Assert.Equal(["p0", "p1", "p2", "p3", "p4"], found.Order(StringComparer.Ordinal));
        Assert.False(IsPinned);
    }

    [Fact]
    public async Task A_page_can_be_asked_for_again_until_the_last_one_was_read()
    {
        await using TestInstance instance = await StartAsync(twins: 3);
        QueryService queries = Over(instance);
        string token = (await queries.ExecuteAsync(All, null, maxItems: 1, TestInstance.Cancelled)).Value.Continuation!;
        QueryPage second = (await queries.ExecuteAsync(null, token, maxItems: 1, TestInstance.Cancelled)).Value;
        QueryPage again = (await queries.ExecuteAsync(null, token, maxItems: 1, TestInstance.Cancelled)).Value;
        Assert.Equal(IdsOf(second), IdsOf(again));
        Assert.Null((await queries.ExecuteAsync(null, second.Continuation, maxItems: 10, TestInstance.Cancelled)).Value.Continuation);
        await ExpectAsync(queries, token, QueryErrors.ContinuationExpired);
    }

    [Fact]
    public async Task A_token_that_was_not_used_for_its_lifetime_has_run_out_and_its_commit_is_let_go()
    {
        await using TestInstance instance = await StartAsync(twins: 3);
        QueryService queries = Over(instance);
        string token = (await queries.ExecuteAsync(All, null, maxItems: 1, TestInstance.Cancelled)).Value.Continuation!;
        _clock.Advance(QuerySessions.Lifetime - TimeSpan.FromSeconds(1));
        token = (await queries.ExecuteAsync(null, token, maxItems: 1, TestInstance.Cancelled)).Value.Continuation!;
        _clock.Advance(QuerySessions.Lifetime - TimeSpan.FromSeconds(2));
        Assert.True(IsPinned);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.False(IsPinned);
        await ExpectAsync(queries, token, QueryErrors.ContinuationExpired);
    }

    [Fact]
    public async Task A_query_read_without_pause_still_lets_its_commit_go_after_the_longest_time()
    {
        await using TestInstance instance = await StartAsync(twins: 3);
        QueryService queries = Over(instance);
        string token = (await queries.ExecuteAsync(All, null, maxItems: 1, TestInstance.Cancelled)).Value.Continuation!;
        TimeSpan pause = QuerySessions.Lifetime / 2;
        for (TimeSpan passed = TimeSpan.Zero; passed < QuerySessions.Longest - pause; passed += pause)
        {
            Assert.Equal(1, (await queries.ExecuteAsync(null, token, maxItems: 1, TestInstance.Cancelled)).Value.RowCount);
            _clock.Advance(pause);
        }
        Assert.True(IsPinned);
        _clock.Advance(pause);
        Assert.False(IsPinned);
        await ExpectAsync(queries, token, QueryErrors.ContinuationExpired);
    }

    [Fact]
    public async Task Of_too_many_queries_the_one_unused_for_the_longest_time_is_given_up()
    {
        await using TestInstance instance = await StartAsync(twins: 2);
        QueryService queries = Over(instance);
        List<string> tokens = [];
        for (int i = 0; i <= QuerySessions.Most; i++)
        {
            tokens.Add((await queries.ExecuteAsync(All, null, maxItems: 1, TestInstance.Cancelled)).Value.Continuation!);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        await ExpectAsync(queries, tokens[0], QueryErrors.ContinuationExpired);
        Assert.Equal(1, (await queries.ExecuteAsync(null, tokens[1], maxItems: 1, TestInstance.Cancelled)).Value.RowCount);
    }

    [Fact]
    public async Task Tokens_that_were_changed_cut_or_made_by_another_process_are_refused()
    {
        await using TestInstance instance = await StartAsync(twins: 2);
        QueryService queries = Over(instance);
        string token = (await queries.ExecuteAsync(All, null, maxItems: 1, TestInstance.Cancelled)).Value.Continuation!;
        for (int i = 0; i < token.Length - 1; i++)
        {
            string changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            await ExpectAsync(queries, changed, QueryErrors.BadContinuation);
        }
        await ExpectAsync(queries, token[..^1], QueryErrors.BadContinuation);
        await ExpectAsync(queries, token + "A", QueryErrors.BadContinuation);
        await ExpectAsync(queries, "§ no token", QueryErrors.BadContinuation);
        await ExpectAsync(Over(instance), token, QueryErrors.BadContinuation);
        Assert.Equal(1, (await queries.ExecuteAsync(null, token, maxItems: 1, TestInstance.Cancelled)).Value.RowCount);
    }

    private bool IsPinned => _pins.Until(long.MaxValue).Length > 0;

    private QueryService Over(TestInstance instance)
    {
        IngestServices parts = ((IngestGateway)instance.Instance.Ingest).Services;
        DurableClock durable = new();
        durable.Advance(instance.Instance.DurableCommit);
        return new QueryService(parts.Shards, durable, _pins, () => instance.Instance.Catalog, _clock);
    }

    private static async Task<TestInstance> StartAsync(int twins)
    {
        TestInstance instance = await TestInstance.StartAsync();
        for (int i = 0; i < twins; i++)
        {
            await instance.PutPumpAsync($"p{i}");
        }
        return instance;
    }

    private static async Task ExpectAsync(QueryService queries, string token, ErrorCode expected)
    {
        Outcome<QueryPage> outcome = await queries.ExecuteAsync(null, token, maxItems: 1, TestInstance.Cancelled);
        Assert.Equal(expected, Assert.Single(outcome.Errors).Code);
    }

    private static string[] IdsOf(QueryPage page) =>
        [.. JsonSerializer.Deserialize<JsonElement>(page.RowsJson.Span).EnumerateArray().Select(row => row.GetProperty("$dtId").GetString()!)];
}
