using System.IO.Pipelines;
using System.Net.Sockets;
using Gemel.Cluster;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;
using Gemel.Mqtt.Tests.Hosting;

namespace Gemel.Mqtt.Tests;

/// <summary>Each client does its worst; only its own connection suffers.</summary>
public sealed class HostileClientTests
{
    public static TheoryData<string, byte[], byte> Violations => new()
    {
        { "wildcard in a publish topic", RawPackets.Publish("twins/+/data", "1", 0, 0, 5), 0x90 },
        { "hash in a publish topic", RawPackets.Publish("twins/#", "1", 1, 1, 5), 0x90 },
        { "null character", RawPackets.Publish("twins/a\0b/data", "1", 0, 0, 5), 0x90 },
        { "empty topic without alias", RawPackets.Publish("", "1", 0, 0, 5), 0x90 },
        { "bad UTF-8", RawPackets.Publish([.. "twins/"u8, 0xC3, 0x28, .. "/data"u8], [1], 0, 0, []), 0x90 },
        { "a lone surrogate in UTF-8", RawPackets.Publish([.. "twins/"u8, 0xED, 0xA0, 0x80, .. "/data"u8], [1], 0, 0, []), 0x90 },
        { "65 levels", RawPackets.Publish(string.Join('/', Enumerable.Repeat("a", 65)), "1", 0, 0, 5), 0x90 },
        { "65,000 slashes", RawPackets.Publish(new string('/', 65_000), "1", 0, 0, 5), 0x90 },
        { "quality of service 3", [0x36, 5, 0, 1, (byte)'a', 0, 1], 0x81 },
        { "duplicate flag with QoS 0", [0x38, 4, 0, 1, (byte)'a', 0], 0x81 },
        { "packet identifier 0", RawPackets.Publish("twins/P1/data", "1", 1, 0, 5), 0x82 },
        { "topic longer than the packet", [0x30, 3, 0, 200, 1], 0x81 },
        { "properties longer than the packet", [0x30, 4, 0, 1, (byte)'a', 100], 0x81 },
        { "unknown property", RawPackets.Publish("twins/P1/data"u8.ToArray(), [1], 0, 0, [0x7E, 1]), 0x81 },
        { "topic alias 0", RawPackets.Publish("twins/P1/data"u8.ToArray(), [1], 0, 0, [0x23, 0, 0]), 0x94 },
        { "topic alias beyond the maximum", RawPackets.Publish("twins/P1/data"u8.ToArray(), [1], 0, 0, [0x23, 0xFF, 0xFF]), 0x94 },
        { "unknown topic alias", RawPackets.Publish([], [1], 0, 0, [0x23, 0, 9]), 0x82 },
        { "remaining length of five bytes", [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], 0x81 },
        { "oversized packet announced", [0x30, 0xFF, 0xFF, 0xFF, 0x7F], 0x95 },
        { "reserved flags of SUBSCRIBE", [0x80, 2, 0, 1], 0x81 },
        { "SUBSCRIBE without filters", [0x82, 3, 0, 1, 0], 0x82 },
        { "cut SUBSCRIBE", [0x82, 6, 0, 1, 0, 0, 50, 1], 0x81 },
        { "second CONNECT", RawPackets.Connect("P1", "P1-secret", 5, "c"), 0x82 },
        { "packet of the server", [0x20, 2, 0, 0], 0x82 },
        { "packet type 0", [0x00, 0], 0x82 },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_ends_only_the_connection_that_commits_it(string what, byte[] packet, byte reason)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Bind("P2", null, "P2");
        using RawClient neighbour = await door.OpenSocketAsync("P2", 5);
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        await client.SendAsync([.. RawPackets.Publish("twins/P1/data", "before", 1, 7, 5), .. packet]);
        Assert.Equal([0x40, 2, 0, 7], await client.ReceiveAsync());
        Assert.True(reason == await client.ReceiveEndAsync(), what);
        await neighbour.SendAsync(RawPackets.Publish("twins/P2/data", "1", 1, 1, 5));
        Assert.Equal([0x40, 2, 0, 1], await neighbour.ReceiveAsync());
    }

    [Fact]
    public async Task A_packet_may_come_byte_by_byte_and_large_ones_in_pieces()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", 4);
        string large = new('x', 900_000);
        foreach (byte one in RawPackets.Publish("twins/P1/data", "slow", 1, 1, 4))
        {
            await client.SendAsync(one);
        }
        await client.SendAsync(RawPackets.Publish("twins/P1/data", large, 1, 2, 4));
        Assert.Equal([0x40, 2, 0, 1], await client.ReceiveAsync());
        Assert.Equal([0x40, 2, 0, 2], await client.ReceiveAsync());
        Assert.Equal("slow", (await door.Instance.Ingest.NextAsync()).Text);
        Assert.Equal(large, (await door.Instance.Ingest.NextAsync()).Text);
    }

    [Fact]
    public async Task A_packet_cut_in_the_middle_by_the_end_of_the_connection_is_not_taken()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        await client.SendAsync([.. RawPackets.Publish("twins/P1/data", "whole", 0, 0, 5), .. RawPackets.Publish("twins/P1/data", "half", 1, 1, 5)[..^2]]);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Null(await client.ReceiveEndAsync());
        _ = await door.Instance.Presence.NextAsync();
        Assert.Equal("connectionLost", (await door.Instance.Presence.NextAsync()).Detail);
        Assert.Equal("whole", (await door.Instance.Ingest.NextAsync()).Text);
        Assert.False(door.Instance.Ingest.TryNext(out _));
    }

    [Theory]
    [InlineData(new byte[] { 0x16, 3, 1, 0, 0xA5, 1, 0, 0 })]
    [InlineData(new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ', (byte)'/', (byte)'\r', (byte)'\n' })]
    [InlineData(new byte[] { 0x30, 3, 0, 1, (byte)'a' })]
    [InlineData(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0x10, 4, 0, 4, (byte)'M', (byte)'Q' })]
    [InlineData(new byte[] { 0x10, 12, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0xC3, 0, 0, 0, 0 })]
    public async Task What_is_no_CONNECT_gets_no_answer(byte[] bytes)
    {
        await using Door door = await Door.OpenAsync();
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(bytes);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Empty(await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(6, 0x84)]
    [InlineData(2, 1)]
    public async Task An_unknown_protocol_version_is_told_so(byte level, byte code)
    {
        await using Door door = await Door.OpenAsync();
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect("P1", "P1-secret", level, "c"));
        Assert.Equal(code, RawPackets.BodyOf(await client.ReceiveAsync())[1]);
        Assert.Empty(await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("a\u0001b", 5, 0x85)]
    [InlineData("", 5, 0)]
    public async Task Client_identifiers_are_checked(string clientId, byte level, byte code)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect("P1", "P1-secret", level, clientId));
        Assert.Equal(code, RawPackets.BodyOf(await client.ReceiveAsync())[1]);
    }

    [Fact]
    public async Task A_client_that_reads_no_acknowledgements_is_held_up_without_growing_memory_and_can_be_cut_off()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", 4);
        client.Socket.SendTimeout = 1;
        byte[] block = [.. Enumerable.Range(1, 500).SelectMany(id => RawPackets.Publish("twins/P1/data", "1", 1, (ushort)id, 4))];
        Task flood = FloodAsync(client, block);
        while (door.Instance.Ingest.Messages < 20_000)
        {
            _ = await door.Instance.Ingest.NextAsync();
        }
        door.Instance.Bind("P1", "another", "P1");
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        door.Clock.Advance(TimeSpan.FromSeconds(6));
        await flood;
        _ = await door.Instance.Presence.NextAsync();
        Assert.Equal("credentialsChanged", (await door.Instance.Presence.NextAsync()).Detail);
    }

    [Fact]
    public async Task Answers_stand_in_the_order_of_the_requests_so_that_none_waits_outside_the_socket()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        byte[] subscribe = [0x82, 13, 0, 9, 0, 0, 7, .. "nothing"u8, 0];
        byte[] received = [0x50, 2, 0, 7];
        await client.SendAsync([.. Enumerable.Repeat<byte[]>([0xC0, 0, .. subscribe, .. received, .. subscribe], 200).SelectMany(bytes => bytes)]);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal([0xD0, 0], await client.ReceiveAsync());
            Assert.Equal(0x90, (await client.ReceiveAsync())[0]);
            Assert.Equal([0x62, 2, 0, 7], await client.ReceiveAsync());
            Assert.Equal(0x90, (await client.ReceiveAsync())[0]);
        }
    }

    [Fact]
    public async Task A_flood_of_releases_fills_a_wave_like_messages_do()
    {
        await using Door door = await Door.OpenAsync();
        Identity device = new("device:P1", Role.Device, DeviceId.Create("P1"));
        AckStyle style = new(IsVersion5: true, ShowsProblems: true);
        MqttOptions options = new();
        QoS2Inbox inbox = new();
        AckQueue acks = new(new PacketOutput(new Pipe().Writer), inbox, style, door.Service<MqttMetrics>(), failure => Assert.Fail(failure.Message));
        using IIngestSession session = door.Instance.Ingest.Open(device, "mqtt");
        PublishIntake intake = new(session, device, inbox, acks, style, options, door.Instance.Rejections, door.Service<MqttMetrics>(), door.Clock);
        for (int i = 0; i < options.MaxWaveMessages; i++)
        {
            Assert.False(intake.IsFull);
            Assert.Equal(ReasonCode.Success, intake.TakeRelease([0, 7]));
        }
        Assert.True(intake.IsFull);
    }

    [Fact]
    public void What_waits_for_a_subscriber_is_bounded_by_bytes_too()
    {
        OutputQueue queue = new(capacity: 10_000);
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < 16; i++)
        {
            Assert.True(queue.Enqueue(new OutputMessage(OutputKind.Changes, "P1", megabyte)));
        }
        Assert.False(queue.Enqueue(new OutputMessage(OutputKind.Changes, "P2", new byte[(2 << 20) - 1])));
        int left = 0;
        int dropped = 0;
        while (queue.TryTake(out Output output, out int lost))
        {
            left += output.Message!.Payload.Length;
            dropped += lost;
        }
        Assert.Equal((2, (16 << 20) - 1), (dropped, left));
        Assert.True(queue.Enqueue(new OutputMessage(OutputKind.Changes, "P1", new byte[32 << 20])));
    }

    [Fact]
    public async Task Nobody_opens_connections_by_negotiation()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.PostAsync(
            $"http://127.0.0.1:{door.WebPort}/mqtt/negotiate?negotiateVersion=1", content: null, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void What_a_stranger_sends_begins_no_line_of_the_log()
    {
        string line = MqttErrors.AuthenticationMethod.With("x\r\n2026-01-01T00:00:00Z info: forged\u001b[2J").ToString();
        Assert.DoesNotContain(line, char.IsControl);
        Assert.Contains(@"'x\u000D\u000A2026-01-01", line);
    }

    [Fact]
    public async Task Two_thousand_silent_sockets_leave_the_others_alone()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        List<RawClient> silent = [];
        for (int i = 0; i < 2000; i++)
        {
            silent.Add(await door.OpenSocketAsync());
        }
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        await client.SendAsync(RawPackets.Publish("twins/P1/data", "1", 1, 1, 5));
        Assert.Equal([0x40, 2, 0, 1], await client.ReceiveAsync());
        await door.Connections(2001);
        door.Clock.Advance(TimeSpan.FromSeconds(11));
        foreach (RawClient socket in silent)
        {
            Assert.Empty(await socket.ReceiveAsync());
            socket.Dispose();
        }
    }

    private static async Task FloodAsync(RawClient client, byte[] block)
    {
        try
        {
            while (true)
            {
                await client.SendAsync(block);
            }
        }
        catch (IOException)
        {
            // The server has cut the connection.
        }
    }
}
