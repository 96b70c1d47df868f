using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Tests.Hosting;

namespace Gemel.Mqtt.Tests;

/// <summary>Who comes in, who waits, and what names may not do (attacks 5, 6, 8, 19, 20).</summary>
public sealed class AccessTests
{
    private const byte BadUserNameOrPassword = 0x86;
    private const byte QuotaExceeded = 0x97;
    private const byte NotAuthorized = 0x87;
    private const byte FilterInvalid = 0x8F;

    public static TheoryData<string> OddNames =>
    [
        "#", "+", "/", "a/b", "a/#", "+/data", "$SYS", "$SYS/broker", "../P1", "P1/../P2", "__proto__", "constructor", "toString", "P1\u0000", "P1 ", " P1", "p1", "P1%2F", "%50%31",
        "key:", "key:admin", "key:metrics", "device:P1", "\u202eP1", new string('x', 60_000),
    ];

    [Theory]
    [InlineData(5, QuotaExceeded)]
    [InlineData(4, 3)]
    public async Task The_eleventh_wrong_secret_has_to_wait_and_so_has_the_right_one_until_then(byte level, byte told)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        byte refused = level == 5 ? BadUserNameOrPassword : (byte)4;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(refused, await CodeOfAsync(door, "P1", $"wrong-{i}", level));
        }
        Assert.Equal(told, await CodeOfAsync(door, "P1", "wrong", level));
        Assert.Equal(told, await CodeOfAsync(door, "P1", "P1-secret", level));
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await CodeOfAsync(door, "P1", "P1-secret", level));
    }

    [Fact]
    public async Task Guesses_of_one_device_hold_up_no_other_and_names_that_nobody_has_are_answered_alike()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Bind("P2", null, "P2");
        List<byte> known = [];
        List<byte> unknown = [];
        for (int i = 0; i < 13; i++)
        {
            known.Add(await CodeOfAsync(door, "P1", $"wrong-{i}", 5));
            unknown.Add(await CodeOfAsync(door, "nobody", $"wrong-{i}", 5));
        }
        Assert.Equal(known, unknown);
        Assert.Equal(QuotaExceeded, known[^1]);
        Assert.Equal(0, await CodeOfAsync(door, "P2", "P2-secret", 5));
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task An_odd_user_name_opens_nothing(string user)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect(user, "P1-secret", 5, "c"));
        byte[] answer = await client.ReceiveAsync();
        Assert.True(answer.Length == 0 || (answer[0] == 0x20 && RawPackets.BodyOf(answer)[1] >= 0x80), Convert.ToHexString(answer));
        Assert.Equal(0, await CodeOfAsync(door, "P1", "P1-secret", 5));
    }

    [Theory]
    [InlineData("#")]
    [InlineData("+/+/state")]
    [InlineData("a/b")]
    [InlineData("$SYS/x")]
    [InlineData("__proto__")]
    [InlineData("constructor")]
    public async Task An_odd_client_identifier_widens_nothing(string clientId)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Bind("P2", null, "P2");
        using RawClient client = await door.OpenSocketAsync("P1", 5, clientId);
        Assert.Equal(NotAuthorized, await SubscribeAsync(client, "twins/P2/state"));
        await client.SendAsync(RawPackets.Publish("devices/P2/data", "{}", 1, 7, 5));
        byte[] answer = await client.ReceiveAsync();
        Assert.Equal((0x40, NotAuthorized), (answer[0], RawPackets.BodyOf(answer)[2]));
    }

    [Theory]
    [InlineData("$SYS/#")]
    [InlineData("$SYS/broker/clients")]
    [InlineData("$share/g/twins/P2/state")]
    [InlineData("$queue/twins/P2/state")]
    [InlineData("$internal/P2")]
    [InlineData("orleans/#")]
    [InlineData("#")]
    [InlineData("twins/#")]
    [InlineData("twins/+/data")]
    [InlineData("devices/+/data")]
    public async Task No_internal_topic_is_reachable_and_a_wildcard_shows_only_ones_own(string filter)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        byte code = await SubscribeAsync(client, filter);
        Assert.True(code >= 0x80 || filter is "#" or "twins/#", $"{filter}: {code:x2}");
        if (filter.StartsWith('$') && !filter.StartsWith("$share", StringComparison.Ordinal))
        {
            Assert.Equal(FilterInvalid, code);
        }
    }

    [Theory]
    [InlineData("key:reader", "twins/P1/state", 0x00)]
    [InlineData("key:reader", "devices/P1/rejections", 0x00)]
    [InlineData("key:writer", "twins/P1/changes", 0x00)]
    public async Task A_named_key_sees_every_twin(string user, string filter, byte code)
    {
        await using Door door = await Door.OpenAsync();
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect(user, $"{user}-secret", 5, "c"));
        Assert.Equal(0, RawPackets.BodyOf(await client.ReceiveAsync())[1]);
        Assert.Equal(code, await SubscribeAsync(client, filter));
    }

    [Theory]
    [InlineData("key:reader", NotAuthorized)]
    [InlineData("key:writer", 0x00)]
    public async Task Only_a_writer_publishes(string user, byte code)
    {
        await using Door door = await Door.OpenAsync();
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect(user, $"{user}-secret", 5, "c"));
        Assert.Equal(0, RawPackets.BodyOf(await client.ReceiveAsync())[1]);
        await client.SendAsync(RawPackets.Publish("devices/P1/data", "1", 1, 1, 5));
        byte[] answer = await client.ReceiveAsync();
        Assert.Equal(code, RawPackets.BodyOf(answer) is [_, _, byte reason, ..] ? reason : (byte)0);
    }

    [Fact]
    public async Task Half_open_connections_are_counted_by_address_closed_past_the_limit_and_leave_room_once_known()
    {
        await using Door door = await Door.OpenAsync(options => options.MaxHalfOpenPerAddress = 3);
        door.Instance.Bind("P1", null, "P1");
        HalfOpenLimit limit = door.Service<HalfOpenLimit>();
        List<RawClient> open = [];
        for (int i = 0; i < 10; i++)
        {
            open.Add(await door.OpenSocketAsync("P1", 5, $"c{i}"));
        }
        Assert.Equal((0, 0), (limit.Count, limit.Addresses));
        for (int i = 0; i < 3; i++)
        {
            open.Add(await door.OpenSocketAsync());
        }
        await door.Connections(13);
        Assert.Empty(await door.ReceiveOfTooManyAsync());
        Assert.Equal((3, 1), (limit.Count, limit.Addresses));
        door.Clock.Advance(TimeSpan.FromSeconds(11));
        await door.Connections(10);
        Assert.Equal((0, 0), (limit.Count, limit.Addresses));
        open.Add(await door.OpenSocketAsync("P1", 5, "again"));
        open.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Two_thousand_half_open_connections_with_the_head_of_a_huge_packet_hold_no_memory_for_its_body()
    {
        await using Door door = await Door.OpenAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<RawClient> silent = [];
        for (int i = 0; i < 2_000; i++)
        {
            RawClient client = await door.OpenSocketAsync();
            // CONNECT of 60,000 bytes, of which ten come.
            await client.SendAsync(0x10, 0xE0, 0xD4, 0x03, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T');
            silent.Add(client);
        }
        await door.Connections(2_000);
        long perConnection = (GC.GetTotalMemory(forceFullCollection: true) - before) / 2_000;
        silent.ForEach(client => client.Dispose());
        Assert.True(perConnection < 24_000, $"{perConnection} bytes a connection, client's side included.");
    }

    private static async Task<byte> SubscribeAsync(RawClient client, string filter)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(filter);
        await client.SendAsync([0x82, (byte)(6 + text.Length), 0, 9, 0, 0, (byte)text.Length, .. text, 0]);
        byte[] answer;
        do
        {
            answer = await client.ReceiveAsync();
        }
        while (answer[0] != 0x90);
        return answer[^1];
    }

    private static async Task<byte> CodeOfAsync(Door door, string user, string secret, byte level)
    {
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect(user, secret, level, $"c-{Guid.NewGuid():N}"[..12]));
        byte[] answer = await client.ReceiveAsync();
        Assert.Equal(0x20, answer[0]);
        return RawPackets.BodyOf(answer)[1];
    }
}
