using System.Text;
using Gemel.Graph;

namespace Gemel.Cluster.Tests;

public sealed class HistoryTests
{
    [Fact]
    public async Task The_history_of_an_id_holds_all_its_lives_also_when_the_last_one_is_over()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        for (int life = 1; life <= 3; life++)
        {
            await instance.PutPumpAsync("p1");
            await instance.SendAsync(session, ("p1", $$"""{"flow":{{life}}}"""));
            if (life != 2)
            {
                Assert.Equal(life, (await FlowsAsync(instance)).Length);
            }
            await instance.Instance.Twins.DeleteAsync(TwinId.Create("p1"), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);
            Assert.Equal(Enumerable.Range(1, life).Select(n => $"{n}"), await FlowsAsync(instance));
        }
    }

    [Fact]
    public async Task A_repetition_is_acknowledged_after_a_failed_commit_too()
    {
        FailingFiles disk = new();
        await using TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { Files = disk });
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        const string known = """{"$time":"2026-01-01T00:00:00Z","flow":1}""";
        await instance.SendAsync(session, ("p1", known));
        disk.IsFull = true;
        await Assert.ThrowsAsync<GemelException>(() => instance.SendAsync(session, ("p1", """{"$time":"2026-01-01T00:00:01Z","flow":2}""")));
        disk.IsFull = false;
        await TestInstance.EventuallyAsync(() => instance.Instance.Status.Phase == InstancePhase.Ready);

        WaveReceipt again = await instance.SendAsync(session, ("p1", known));
        Assert.Empty(again.Exceptions);
        Assert.Equal(instance.Instance.DurableCommit, again.Commit);
    }

    [Fact]
    public async Task An_instance_stops_though_history_cannot_be_written_and_has_lost_nothing()
    {
        InstanceOptions small = new() { History = new() { HotRows = 1, WaitingTables = 1 } };
        TestInstance before = await TestInstance.StartAsync(small);
        await before.PutPumpAsync("p1");
        using (IIngestSession session = before.Instance.Ingest.Open(TestInstance.Administrator, "test"))
        {
            string history = Directory.GetDirectories(before.Folder, "history").Single();
            Directory.Move(history, history + ".away");
            await TestInstance.EventuallyAsync(() => TryStandInTheWay(history));
            for (int i = 0; i < 20; i++)
            {
                await before.SendAsync(session, ("p1", $$"""{"flow":{{i}}}"""));
            }
            await before.StopAsync();
            File.Delete(history);
            Directory.Move(history + ".away", history);
        }
        await using TestInstance after = await TestInstance.ReopenAsync(before.Folder);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"{n}"), await FlowsAsync(after));
    }

    // A seal that was on its way may have made the folder anew.
    private static bool TryStandInTheWay(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
            File.WriteAllText(folder, "No folder.");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<string[]> FlowsAsync(TestInstance instance)
    {
        HistoryQuery query = new(TwinId.Create("p1"), ["flow"], default, default, Limit: 1000);
        HistoryPage page = (await instance.Instance.History.ReadAsync(query, TestInstance.Cancelled)).Value;
        return [.. page.Series.Single().Points.Select(p => Encoding.UTF8.GetString(p.ValueJson.Span))];
    }
}
