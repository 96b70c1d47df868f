using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Http.Tests;

public sealed class StreamTests
{
    private const string Path = "/api/v1/streams/changes";

    private static readonly ModelId Pump = new(Samples.PumpModel);

    [Fact]
    public async Task Events_come_as_cloud_events_with_their_values()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await using EventReader events = await EventReader.OpenAsync(door, Path);
        door.Instance.InMemoryChanges.Publish(Update(door, 1001, 0, "p/1", Value(door, "flow", 12.5), Value(door, "motor.speed", 1480) with { SourceTime = Timestamp.None }));
        (string id, string data) = await events.NextAsync();
        JsonElement change = JsonDocument.Parse(data).RootElement;
        Assert.Equal("1001-0", id);
        Assert.Equal("1.0", Text(change, "specversion"));
        Assert.Equal("Microsoft.DigitalTwins.Twin.Update", Text(change, "type"));
        Assert.Equal(door.Address.Authority, Text(change, "source"));
        Assert.Equal("p/1", Text(change, "subject"));
        Assert.Equal("2026-01-31T12:00:00.0000000Z", Text(change, "time"));
        Assert.Equal("1001-0", Text(change, "resumetoken"));
        JsonElement body = change.GetProperty("data");
        Assert.Equal(Samples.PumpModel, Text(body, "modelId"));
        Assert.Equal("""[{"value":1480,"path":"/motor/speed","op":"replace"}]""", body.GetProperty("patch").GetRawText());
        Assert.Equal("""[{"path":"flow","v":12.5,"t":"2026-01-31T11:59:59.0000000Z","q":"good"},{"path":"motor.speed","v":1480,"t":"2026-01-31T12:00:00.0000000Z","q":"good"}]""", body.GetProperty("values").GetRawText());
    }

    [Fact]
    public async Task Late_bad_and_removed_values_are_marked_and_patch_only_what_is_shown()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await using EventReader events = await EventReader.OpenAsync(door, Path);
        door.Instance.InMemoryChanges.Publish(Update(door, 1001, 0, "p1",
            Value(door, "motor.speed", 1) with { Flags = CellFlags.Late | CellFlags.Backfill },
            Value(door, "level", 0) with { Kind = ValueKind.None, Quality = Quality.Bad, Reason = "noValue", Flags = CellFlags.NoValue },
            Value(door, "name", 0) with { Kind = ValueKind.None, Flags = CellFlags.Cleared },
            Value(door, "motor.speed", 2) with { Flags = CellFlags.Correction }));
        JsonElement data = JsonDocument.Parse((await events.NextAsync()).Data).RootElement.GetProperty("data");
        Assert.Equal("""[{"path":"/name","op":"remove"},{"value":2,"path":"/motor/speed","op":"replace"}]""", data.GetProperty("patch").GetRawText());
        JsonElement values = data.GetProperty("values");
        Assert.True(values[0].GetProperty("late").GetBoolean() && values[0].GetProperty("backfill").GetBoolean());
        Assert.Equal(("bad", "noValue", JsonValueKind.Null), (Text(values[1], "q"), Text(values[1], "reason"), values[1].GetProperty("v").ValueKind));
        Assert.True(values[2].GetProperty("cleared").GetBoolean());
        Assert.True(values[3].GetProperty("correction").GetBoolean());
    }

    [Fact]
    public async Task Lives_relationships_and_telemetry_have_the_types_and_data_of_azure()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await using EventReader events = await EventReader.OpenAsync(door, Path);
        RelationshipRecord feeds = new()
        {
            Id = RelationshipId.Create("r1"),
            Name = "feeds",
            SourceId = TwinId.Create("p1"),
            SourceKey = new TwinKey(1),
            TargetId = TwinId.Create("p2"),
            TargetKey = new TwinKey(2),
            Properties = """{"length":10.5}"""u8.ToArray(),
            Version = 1,
            LastUpdate = InMemoryTwins.Start,
            SinceCommit = 1,
        };
        TelemetryMessage telemetry = new("motor", "m1", Timestamp.None, """{"temperature":61}"""u8.ToArray(), "application/json");
        byte[] twin = Encoding.UTF8.GetBytes(
            $$$"""{"$dtId":"p1","$etag":"W/\"1-1\"","level":3,"motor":{"speed":1480,"$metadata":{}},"$metadata":{"$model":"{{{Samples.PumpModel}}}"}}""");
        door.Instance.InMemoryChanges.Publish(
            Update(door, 1001, 0, "p1", Value(door, "level", 3), Value(door, "motor.speed", 1480)) with { Kind = TwinEventKind.TwinCreated, Document = twin },
            Update(door, 1001, 1, "p1") with { Kind = TwinEventKind.RelationshipCreated, Relationship = feeds },
            Update(door, 1001, 2, "p1") with { Kind = TwinEventKind.RelationshipUpdated, Relationship = feeds },
            Update(door, 1001, 3, "p1") with { Kind = TwinEventKind.RelationshipDeleted, Relationship = feeds },
            Update(door, 1001, 4, "p1") with { Kind = TwinEventKind.Telemetry, Telemetry = telemetry },
            Update(door, 1001, 5, "p1") with { Kind = TwinEventKind.TwinDeleted, Document = twin },
            Update(door, 1001, 6, "old") with { Kind = TwinEventKind.TwinDeleted });
        List<JsonElement> all = [];
        for (int i = 0; i < 7; i++)
        {
            all.Add(JsonDocument.Parse((await events.NextAsync()).Data).RootElement);
        }
        Assert.Equal(
            ["Microsoft.DigitalTwins.Twin.Create", "Microsoft.DigitalTwins.Relationship.Create", "Microsoft.DigitalTwins.Relationship.Update", "Microsoft.DigitalTwins.Relationship.Delete", "microsoft.iot.telemetry", "Microsoft.DigitalTwins.Twin.Delete", "Microsoft.DigitalTwins.Twin.Delete"],
            all.Select(e => Text(e, "type")));
        JsonElement created = all[0].GetProperty("data");
        Assert.Equal(("p1", 3, 1480, Samples.PumpModel), (Text(created, "$dtId"), created.GetProperty("level").GetInt32(), created.GetProperty("motor").GetProperty("speed").GetInt32(), Text(created.GetProperty("$metadata"), "$model")));
        Assert.Equal(2, created.GetProperty("values").GetArrayLength());
        Assert.Equal("W/\"1-1\"", Text(created, "$etag"));
        JsonElement deleted = all[5].GetProperty("data");
        Assert.Equal(Encoding.UTF8.GetString(twin)[..^1] + ",\"values\":[]}", deleted.GetRawText());
        Assert.Equal(("old", Samples.PumpModel), (Text(all[6].GetProperty("data"), "$dtId"), Text(all[6].GetProperty("data").GetProperty("$metadata"), "$model")));
        Assert.Equal(("p1/relationships/r1", "p2"), (Text(all[1], "subject"), Text(all[1].GetProperty("data"), "$targetId")));
        Assert.Equal("""[{"value":10.5,"path":"/length","op":"replace"}]""", all[2].GetProperty("data").GetProperty("patch").GetRawText());
        Assert.Equal(("m1", "motor", Samples.PumpModel, $"{door.Address.Authority}/digitaltwins/p1"), (Text(all[4], "id"), Text(all[4], "subject"), Text(all[4], "dataschema"), Text(all[4], "source")));
        Assert.Equal("""{"temperature":61}""", all[4].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_reader_that_comes_back_misses_nothing_and_sees_nothing_twice()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        string last;
        await using (EventReader first = await EventReader.OpenAsync(door, Path))
        {
            door.Instance.InMemoryChanges.Publish(Update(door, 1001, 0, "p1"), Update(door, 1001, 1, "p2"));
            last = (await first.NextAsync()).Id;
        }
        door.Instance.InMemoryChanges.Publish(Update(door, 1002, 0, "p1"));
        door.Instance.DurableCommit = 1002;
        await using EventReader second = await EventReader.OpenAsync(door, Path, ("Last-Event-ID", last));
        Assert.Equal("1001-1", (await second.NextAsync()).Id);
        Assert.Equal("1002-0", (await second.NextAsync()).Id);
        await using EventReader third = await EventReader.OpenAsync(door, $"{Path}?lastEventId=1001-1");
        Assert.Equal("1002-0", (await third.NextAsync()).Id);
    }

    [Fact]
    public async Task A_reader_learns_at_once_where_it_would_resume()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.DurableCommit = 77;
        await using EventReader events = await EventReader.OpenAsync(door, Path);
        Assert.Equal($"77-{int.MaxValue}", events.StartId);
        Assert.Equal(new ResumeToken(77, int.MaxValue), door.Instance.InMemoryChanges.LastFrom);
    }

    [Fact]
    public async Task What_the_journal_no_longer_holds_is_410()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.InMemoryChanges.FirstHeld = 500;
        door.Instance.DurableCommit = 1000;
        await HttpDoor.ErrorOf(await door.GetAsync(Path, ("Last-Event-ID", "10-0")), 410, "InvalidArgument", "GMC020");
        await HttpDoor.ErrorOf(await door.GetAsync(Path, ("Last-Event-ID", "yesterday")), 400, "InvalidArgument", "GMW019");
    }

    [Fact]
    public async Task A_batch_is_one_message_per_commit()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await using EventReader events = await EventReader.OpenAsync(door, $"{Path}?batch=true");
        door.Instance.InMemoryChanges.Publish(Update(door, 1001, 0, "p1"), Update(door, 1001, 1, "p2"));
        (string id, string data) = await events.NextAsync();
        Assert.Equal("1001-1", id);
        Assert.Equal(["p1", "p2"], JsonDocument.Parse(data).RootElement.EnumerateArray().Select(e => Text(e, "subject")));
    }

    [Fact]
    public async Task Filters_are_passed_on()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await using EventReader events = await EventReader.OpenAsync(door, $"{Path}?twin=a%2Fb&twin=c&model={Samples.PumpModel}&prefix=x");
        ChangeFilter filter = door.Instance.InMemoryChanges.LastFilter!;
        Assert.Equal(["a/b", "c"], filter.Twins!.Select(t => t.Value).Order());
        Assert.Equal((Pump, "x"), (filter.Model!.Value, filter.Prefix));
        await HttpDoor.ErrorOf(await door.GetAsync($"{Path}?twin="), 400, "InvalidArgument", "GMA001");
    }

    [Fact]
    public async Task Silence_is_broken_by_a_comment_every_15_seconds()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await using EventReader events = await EventReader.OpenAsync(door, Path);
        for (int i = 0; i < 3; i++)
        {
            await door.Clock.TimerOf(TimeSpan.FromSeconds(15), HttpDoor.Cancelled);
            door.Clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(": alive", await events.NextCommentAsync());
        }
    }

    [Fact]
    public async Task A_reader_that_leaves_is_let_go()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        EventReader events = await EventReader.OpenAsync(door, Path);
        Assert.Equal(1, door.Instance.InMemoryChanges.Readers);
        await events.DisposeAsync();
        await door.Instance.InMemoryChanges.Left.Reader.ReadAsync(HttpDoor.Cancelled);
        Assert.Equal(0, door.Instance.InMemoryChanges.Readers);
    }

    [Fact]
    public async Task A_reader_that_never_reads_holds_up_nobody_else()
    {
        const int commits = 2_000;
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        using System.Net.Sockets.TcpClient silent = new() { ReceiveBufferSize = 4_096 };
        await silent.ConnectAsync(IPAddress.Loopback, door.Address.Port, HttpDoor.Cancelled);
        await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {Path} HTTP/1.1\r\nHost: gemel\r\nAuthorization: Bearer {InMemoryInstance.AdminKey}\r\n\r\n"), HttpDoor.Cancelled);
        await door.Instance.InMemoryChanges.Joined.Reader.ReadAsync(HttpDoor.Cancelled);
        await using EventReader reading = await EventReader.OpenAsync(door, Path);
        ValueChange[] values = [.. Enumerable.Repeat(Value(door, "flow", 12.5), 50)];
        for (int i = 0; i < commits; i++)
        {
            door.Instance.InMemoryChanges.Publish(Update(door, 1001 + i, 0, "p1", values));
        }
        for (int i = 0; i < commits; i++)
        {
            Assert.Equal($"{1001 + i}-0", (await reading.NextAsync()).Id);
        }
        Assert.Equal(2, door.Instance.InMemoryChanges.Readers);
        silent.Client.Close(timeout: 0);
        await door.Instance.InMemoryChanges.Left.Reader.ReadAsync(HttpDoor.Cancelled);
    }

    [Fact]
    public async Task More_streams_than_allowed_are_429()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync(o => o.MaxStreams = 1);
        await using EventReader events = await EventReader.OpenAsync(door, Path);
        await HttpDoor.ErrorOf(await door.GetAsync(Path), 429, "TooManyRequests", "GMW018");
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams()
    {
        HttpDoor door = await HttpDoor.OpenAsync();
        EventReader events = await EventReader.OpenAsync(door, Path);
        await door.DisposeAsync();
        await events.DisposeAsync();
        Assert.Equal(0, door.Instance.InMemoryChanges.Readers);
    }

    [Fact]
    public async Task A_web_socket_carries_the_same_events()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {InMemoryInstance.AdminKey}");
        await socket.ConnectAsync(new Uri($"ws://{door.Address.Authority}{Path}"), HttpDoor.Cancelled);
        door.Instance.InMemoryChanges.Publish(Update(door, 1001, 0, "p1", Value(door, "flow", 12.5)));
        byte[] frame = new byte[10_000];
        WebSocketReceiveResult received = await socket.ReceiveAsync(frame, HttpDoor.Cancelled);
        JsonElement change = JsonDocument.Parse(Encoding.UTF8.GetString(frame, 0, received.Count)).RootElement;
        Assert.Equal(("p1", "1001-0"), (Text(change, "subject"), Text(change, "resumetoken")));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, HttpDoor.Cancelled);
        await door.Instance.InMemoryChanges.Left.Reader.ReadAsync(HttpDoor.Cancelled);
    }

    [Fact]
    public async Task A_web_socket_without_a_credential_is_refused()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using ClientWebSocket socket = new();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{door.Address.Authority}{Path}"), HttpDoor.Cancelled));
        Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
    }

    private static TwinEvent Update(HttpDoor door, long commit, int index, string twin, params ValueChange[] values) => new()
    {
        Kind = TwinEventKind.TwinUpdated,
        Twin = TwinId.Create(twin),
        Model = Pump,
        Token = new ResumeToken(commit, index),
        Time = InMemoryTwins.Start,
        Actor = "device:d1",
        Values = values,
    };

    private static ValueChange Value(HttpDoor door, string path, double value)
    {
        door.Instance.Catalog.Models.TryGet(Pump, out ModelEntry? model);
        Column column = model!.Schema.FindPath(path)!;
        long bits = column.Kind == ValueKind.Integer ? (long)value : BitConverter.DoubleToInt64Bits(value);
        return new ValueChange(column, column.Kind, bits, default, InMemoryTwins.Start.Add(TimeSpan.FromSeconds(-1)), Quality.Good, null, CellFlags.None);
    }

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
