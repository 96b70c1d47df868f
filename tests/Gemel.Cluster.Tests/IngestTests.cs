using Gemel.Graph;

namespace Gemel.Cluster.Tests;

public sealed class IngestTests
{
    private static readonly InstanceOptions FourShards = new() { Shards = 4 };
    private static readonly DeviceId Gateway = DeviceId.Create("gw");

    [Fact]
    public async Task A_wave_is_acknowledged_with_its_commit_and_is_in_state_and_history_then()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");

        WaveReceipt receipt = await instance.SendAsync(session, ("p1", """{"$time":"2026-01-01T00:00:00Z","flow":1.25,"speed":7}"""));

        Assert.Empty(receipt.Exceptions);
        Assert.True(instance.Instance.DurableCommit >= receipt.Commit);
        Assert.Contains("\"speed\":7", instance.Read("p1"));
        HistoryPoint point = Assert.Single(await PointsAsync(instance, "p1", "flow"));
        Assert.Equal("1.25"u8.ToArray(), point.ValueJson.ToArray());
        Assert.Equal("2026-01-01T00:00:00.0000000Z", point.Time.ToString());
    }

    [Fact]
    public async Task Each_message_of_a_wave_learns_what_became_of_it()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");

        WaveReceipt receipt = await instance.SendAsync(
            session,
            ("p1", """{"flow":1}"""),
            ("nobody", """{"flow":1}"""),
            ("p1", """{"flow":"fast","speed":2}"""),
            ("p1", """{"flow":"""),
            ("p1", """{"flow":2}"""));

        Assert.Equal([1, 2, 3], receipt.Exceptions.Select(e => e.Item));
        Assert.Equal(
            [MessageDisposition.UnknownTwin, MessageDisposition.PartlyRejected, MessageDisposition.Rejected],
            receipt.Exceptions.Select(e => e.Disposition));
        IReadOnlyList<Rejection> kept = instance.Instance.Rejections.Read(default, default, device: null, limit: 10);
        Assert.Equal(3, kept.Count);
        Assert.Equal("twins/nobody/data", kept[2].Topic);
        Assert.Equal("""{"flow":"""u8.ToArray(), kept[0].Payload.ToArray());
    }

    [Fact]
    public async Task Thousands_of_bad_names_keep_the_first_hundred_reasons_and_count_all()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        string bad = string.Join(',', Enumerable.Range(0, 5_000).Select(i => "\"u" + i + "\":1"));

        WaveReceipt receipt = await instance.SendAsync(session, ("p1", "[{" + bad + "},{\"$atomic\":true,\"flow\":5,\"nothing\":1},{\"speed\":3}]"));

        MessageReceipt exception = Assert.Single(receipt.Exceptions);
        Assert.Equal(100, exception.Errors.Count);
        Assert.Equal((1, 5_002), (exception.Taken, exception.Rejected));
        Assert.DoesNotContain("\"flow\":5", instance.Read("p1"));
        Assert.Contains("\"speed\":3", instance.Read("p1"));
    }

    [Fact]
    public async Task A_wave_of_bad_messages_keeps_one_reason_each_once_it_has_many()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        string bad = "{" + string.Join(',', Enumerable.Range(0, 100).Select(i => "\"u" + i + "\":1")) + "}";

        WaveReceipt receipt = await instance.SendAsync(session, [.. Enumerable.Repeat(("p1", bad), 300)]);

        Assert.Equal(300, receipt.Exceptions.Count);
        Assert.Equal((100 * 100) + 200, receipt.Exceptions.Sum(e => e.Errors.Count));
        Assert.All(receipt.Exceptions, e => Assert.Equal(100, e.Rejected));
    }

    [Theory]
    [InlineData(50_000, 0, 1)]
    [InlineData(0, 50_000, 1)]
    [InlineData(0, 0, 50_000)]
    public void The_store_of_rejections_weighs_topics_and_reasons_like_payloads(int payloadBytes, int topicLength, int nameLength)
    {
        RejectionStore store = new(new RejectionOptions(MaxCount: 10_000, MaxBytes: 1 << 20));
        for (int i = 0; i < 100; i++)
        {
            GemelError reason = CommonErrors.InvalidId.With("twin", new string('n', nameLength), "is bad");
            store.Record(new Rejection(0, default, Device: null, "key:admin", new string('t', topicLength), new byte[payloadBytes], payloadBytes, [reason]));
        }
        Assert.InRange(store.Read(default, default, device: null, limit: 1_000).Count, 9, 21);
        Assert.Equal(100, store.Total);
    }

    [Fact]
    public async Task A_repetition_is_acknowledged_and_leaves_no_second_row()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        const string sample = """{"$time":"2026-01-01T00:00:00Z","flow":1.25}""";

        await instance.SendAsync(session, ("p1", sample));
        long commit = instance.Instance.DurableCommit;
        WaveReceipt again = await instance.SendAsync(session, ("p1", sample));

        Assert.Empty(again.Exceptions);
        Assert.Equal(commit, instance.Instance.DurableCommit);
        Assert.Single(await PointsAsync(instance, "p1", "flow"));
    }

    [Fact]
    public async Task Many_sessions_at_once_lose_nothing_and_keep_each_twins_order()
    {
        const int sessions = 16;
        const int messages = 200;
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(i => instance.PutPumpAsync($"p{i}")));

        await Task.WhenAll(Enumerable.Range(0, sessions).Select(SendAllAsync));

        for (int i = 0; i < sessions; i++)
        {
            HistoryPoint[] points = await PointsAsync(instance, $"p{i}", "flow");
            Assert.Equal(Enumerable.Range(0, messages).Select(n => $"{n}"), points.Select(p => System.Text.Encoding.UTF8.GetString(p.ValueJson.Span)));
        }

        async Task SendAllAsync(int number)
        {
            using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
            List<Task<WaveReceipt>> waves = [];
            for (int n = 0; n < messages; n++)
            {
                // No $time: the order of arrival is the order of the samples.
                session.Add(new DataMessage { Twin = $"p{number}", Topic = "t", Payload = System.Text.Encoding.UTF8.GetBytes($$"""{"flow":{{n}}}""") });
                if (n % 3 == 2 || n == messages - 1)
                {
                    waves.Add(await session.FlushAsync(TestInstance.Cancelled));
                }
            }
            Assert.All(await Task.WhenAll(waves), wave => Assert.Empty(wave.Exceptions));
        }
    }

    [Fact]
    public async Task A_device_publishes_for_the_twins_bound_to_it_and_for_no_other()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await instance.PutPumpAsync("p1");
        await instance.PutPumpAsync("p2");
        using IIngestSession session = await OpenAsGatewayAsync(instance, "p1");

        WaveReceipt receipt = await instance.SendAsync(session, ("p1", """{"flow":1}"""), ("p2", """{"flow":1}"""));
        MessageReceipt refused = Assert.Single(receipt.Exceptions);
        Assert.Equal((1, MessageDisposition.NotAuthorized), (refused.Item, refused.Disposition));

        // A binding that changes counts with the next message.
        await instance.Instance.Devices.BindAsync(Gateway, TwinId.Create("p2"), TestInstance.Tester, TestInstance.Cancelled);
        await instance.Instance.Devices.UnbindAsync(Gateway, TwinId.Create("p1"), TestInstance.Tester, TestInstance.Cancelled);
        receipt = await instance.SendAsync(session, ("p1", """{"flow":2}"""), ("p2", """{"flow":2}"""));
        Assert.Equal(0, Assert.Single(receipt.Exceptions).Item);
    }

    [Fact]
    public async Task A_binding_that_is_gone_counts_also_where_another_message_came_in_between()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        await instance.PutPumpAsync("p1");
        await instance.PutPumpAsync("p2");
        using IIngestSession session = await OpenAsGatewayAsync(instance, "p1", "p2");
        Assert.Equal(MessageDisposition.Taken, session.Add(new DataMessage { Twin = "p1", Topic = "t", Payload = """{"flow":1}"""u8 }));

        await instance.Instance.Devices.UnbindAsync(Gateway, TwinId.Create("p1"), TestInstance.Tester, TestInstance.Cancelled);
        Assert.Equal(MessageDisposition.Taken, session.Add(new DataMessage { Topic = "devices/gw/data", Payload = """[{"$twin":"p2","flow":1}]"""u8 }));
        Assert.Equal(MessageDisposition.NotAuthorized, session.Add(new DataMessage { Twin = "p1", Topic = "t", Payload = """{"flow":2}"""u8 }));
    }

    [Fact]
    public async Task A_lost_devices_values_are_doubted_until_it_is_back()
    {
        await using TestInstance instance = await TestInstance.StartAsync(FourShards with { Shard = new ShardOptions { CommLostGrace = TimeSpan.Zero } });
        await instance.PutPumpAsync("p1");
        await instance.Instance.Devices.PutAsync(DeviceId.Create("p1"), new DeviceSettings(null, null, null), TestInstance.Tester, TestInstance.Cancelled);
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        await instance.SendAsync(session, ("p1", """{"speed":5}"""));
        IPresence presence = instance.Instance.Presence;

        long connection = presence.Connected(DeviceId.Create("p1"), "client", remote: null);
        Assert.DoesNotContain("commLost", instance.Read("p1"));
        presence.Disconnected(connection, "connectionLost");
        Assert.Contains("\"quality\":\"uncertain\",\"reason\":\"commLost\"", instance.Read("p1"));
        Assert.Equal("connectionLost", presence.Get(DeviceId.Create("p1")).LastEnd);
        presence.Connected(DeviceId.Create("p1"), "client", remote: null);
        Assert.DoesNotContain("commLost", instance.Read("p1"));
    }

    [Fact]
    public async Task After_a_restart_a_devices_values_are_doubted_until_they_come_again()
    {
        TestInstance before = await TestInstance.StartAsync(FourShards);
        await before.PutPumpAsync("p1");
        using (IIngestSession session = before.Instance.Ingest.Open(TestInstance.Administrator, "test"))
        {
            await before.SendAsync(session, ("p1", """{"speed":5}"""));
        }
        await using TestInstance after = await TestInstance.ReopenAsync(await before.StopAsync(), FourShards);
        Assert.Contains("\"reason\":\"restarted\"", after.Read("p1"));
        using IIngestSession fresh = after.Instance.Ingest.Open(TestInstance.Administrator, "test");
        await after.SendAsync(fresh, ("p1", """{"speed":6}"""));
        Assert.DoesNotContain("restarted", after.Read("p1"));
    }

    [Fact]
    public async Task A_cbor_time_beyond_the_calendar_refuses_its_message_and_no_more()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        // {"$time": 1(2^48 seconds), "flow": 1}
        byte[] cbor = [0xA2, 0x65, .. "$time"u8, 0xC1, 0x1B, 0, 1, 0, 0, 0, 0, 0, 0, 0x64, .. "flow"u8, 1];
        Assert.Equal(MessageDisposition.Rejected, session.Add(new DataMessage { Twin = "p1", Topic = "t", Payload = cbor, Format = PayloadFormat.Cbor }));
        Assert.Equal(MessageDisposition.Taken, session.Add(new DataMessage { Twin = "p1", Topic = "t", Payload = """{"flow":1}"""u8 }));
    }

    [Fact]
    public async Task A_message_full_of_unknown_names_is_counted_whole_and_kept_short()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1");
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        string names = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"n{i}\":1"));

        WaveReceipt receipt = await instance.SendAsync(session, ("p1", $$"""{"flow":1,{{names}}}"""), ("p1", $$"""{"$atomic":true,"flow":2,{{names}}}"""));

        Assert.Equal([5000, 5001], receipt.Exceptions.Select(e => e.Rejected));
        Assert.Equal([1, 0], receipt.Exceptions.Select(e => e.Taken));
        Assert.All(instance.Instance.Rejections.Read(default, default, device: null, limit: 10), r => Assert.InRange(r.Reasons.Length, 1, 101));
    }

    private static async Task<HistoryPoint[]> PointsAsync(TestInstance instance, string twin, string path)
    {
        HistoryQuery query = new(TwinId.Create(twin), [path], default, default, Limit: 100_000);
        HistoryPage page = (await instance.Instance.History.ReadAsync(query, TestInstance.Cancelled)).Value;
        return [.. page.Series.Single().Points];
    }

    /// <summary>A session of the device <see cref="Gateway"/>, bound to these twins.</summary>
    private static async Task<IIngestSession> OpenAsGatewayAsync(TestInstance instance, params string[] twins)
    {
        DeviceSettings settings = new([.. twins.Select(TwinId.Create)], null, null);
        DeviceRegistration device = (await instance.Instance.Devices.PutAsync(Gateway, settings, TestInstance.Tester, TestInstance.Cancelled)).Value;
        byte[] secret = System.Text.Encoding.UTF8.GetBytes(device.Secret!);
        Identity? identity = await instance.Instance.Authenticator.AuthenticateAsync(Gateway.Value, secret, TestInstance.Cancelled);
        return instance.Instance.Ingest.Open(identity!, "test");
    }
}
