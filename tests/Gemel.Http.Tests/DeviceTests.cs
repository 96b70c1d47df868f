using System.Net;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

public sealed class DeviceTests
{
    [Fact]
    public async Task A_new_device_gets_its_secret_once_and_the_twin_of_its_id()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpResponseMessage created = await door.SendAsync(HttpMethod.Put, "/api/v1/devices/d1");
        JsonElement first = await HttpDoor.JsonOf(created);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.True(created.Headers.CacheControl!.NoStore);
        Assert.Equal("d1", first.GetProperty("deviceId").GetString());
        Assert.Equal("d1", first.GetProperty("twins")[0].GetString());
        Assert.NotEmpty(first.GetProperty("secret").GetString()!);
        JsonElement second = await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/api/v1/devices/d1", """{"twins":["a","b/c"],"interval":"PT5S"}""");
        Assert.False(second.TryGetProperty("secret", out _));
        Assert.Equal(["a", "b/c"], second.GetProperty("twins").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal("PT5S", second.GetProperty("interval").GetString());
    }

    [Fact]
    public async Task A_device_is_read_with_its_presence_and_without_its_secret()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/devices/d1");
        JsonElement device = await door.GetJsonAsync("/api/v1/devices/d1");
        Assert.True(device.GetProperty("connected").GetBoolean());
        Assert.Equal("keepAliveTimeout", device.GetProperty("lastEnd").GetString());
        Assert.Equal(0.02, device.GetProperty("skewSeconds").GetDouble());
        Assert.Equal(80, device.GetProperty("valuesPerSecond").GetDouble());
        Assert.DoesNotContain("secret", device.GetRawText());
        Assert.DoesNotContain("hash", device.GetRawText());
    }

    [Fact]
    public async Task A_renewed_secret_replaces_the_former_one()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string first = (await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/devices/d1")).GetProperty("secret").GetString()!;
        string second = (await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/devices/d1/secret")).GetProperty("secret").GetString()!;
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Twins_are_bound_and_unbound()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/devices/d1");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Put, "/api/v1/devices/d1/twins/a%2Fb");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/devices/d1/twins/d1");
        JsonElement device = await door.GetJsonAsync("/api/v1/devices/d1");
        Assert.Equal(["a/b"], device.GetProperty("twins").EnumerateArray().Select(t => t.GetString()));
    }

    [Theory]
    [InlineData("GET", "/api/v1/devices/nobody")]
    [InlineData("DELETE", "/api/v1/devices/nobody")]
    [InlineData("POST", "/api/v1/devices/nobody/secret")]
    [InlineData("POST", "/api/v1/devices/nobody/data")]
    [InlineData("PUT", "/api/v1/devices/nobody/twins/a")]
    public async Task A_device_that_is_not_there_is_404(string method, string path)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Parse(method), path, method == "POST" ? "{}" : null), 404, "DeviceNotFound", "GMW020");
    }

    [Fact]
    public async Task The_list_is_paged_and_a_deleted_device_is_gone()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        foreach (string id in new[] { "a1", "a2", "a3", "b1" })
        {
            await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, $"/api/v1/devices/{id}");
        }
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/devices/a2");
        JsonElement first = await door.GetJsonAsync("/api/v1/devices?prefix=a", ("max-items-per-page", "1"));
        JsonElement second = await door.GetJsonAsync(first.GetProperty("nextLink").GetString()!, ("max-items-per-page", "1"));
        Assert.Equal("a1", first.GetProperty("value")[0].GetProperty("deviceId").GetString());
        Assert.Equal("a3", second.GetProperty("value")[0].GetProperty("deviceId").GetString());
        Assert.False(second.TryGetProperty("nextLink", out _));
    }

    [Fact]
    public async Task Each_item_of_an_array_is_answered_for_itself()
    {
        await using HttpDoor door = await WithDevice("""{"twins":["p1","p2","p3"]}""");
        const string body = """[ {"$twin":"p1","flow":1} , {"$twin":"p2","flow":"refuse"},{"$twin":"p3","a":[1,{"b":"]"}],"c":"partly"}]""";
        JsonElement receipt = await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/devices/d1/data", body);
        Assert.Equal(1, receipt.GetProperty("commit").GetInt64());
        Assert.Equal(["taken", "rejected", "partlyRejected"], receipt.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("status").GetString()));
        Assert.Equal("flow", receipt.GetProperty("items")[1].GetProperty("errors")[0].GetProperty("target").GetString());
        Assert.Equal(["""{"$twin":"p1","flow":1}""", """{"$twin":"p2","flow":"refuse"}""", """{"$twin":"p3","a":[1,{"b":"]"}],"c":"partly"}"""], door.Instance.InMemoryIngest.Messages.Select(m => m.Payload));
        Assert.All(door.Instance.InMemoryIngest.Messages, m => Assert.Equal(("", "devices/d1/data", PayloadFormat.Json), (m.Twin, m.Topic, m.Format)));
    }

    [Fact]
    public async Task An_object_of_a_device_with_one_twin_needs_no_name()
    {
        await using HttpDoor door = await WithDevice("""{"twins":["p1"]}""");
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/devices/d1/data", """[{"flow":1},{"$twin":"p2","flow":2}]""");
        Assert.Equal(["p1", ""], door.Instance.InMemoryIngest.Messages.Select(m => m.Twin));
    }

    [Fact]
    public async Task Tags_of_a_device_with_a_mapping_are_left_to_the_mapping()
    {
        await using HttpDoor door = await WithDevice("""{"twins":["p1"],"mapping":"plc"}""");
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/devices/d1/data", """{"PLC1.DB10.FT101":3.2}""");
        Assert.Equal("", door.Instance.InMemoryIngest.Messages.Single().Twin);
        Assert.Equal("key:admin", door.Instance.InMemoryIngest.LastIdentity!.Name);
        Assert.Equal("d1", door.Instance.InMemoryIngest.LastIdentity.Device!.Value.Value);
    }

    [Fact]
    public async Task CBOR_is_divided_as_JSON_is()
    {
        await using HttpDoor door = await WithDevice("""{"twins":["p1"]}""");
        // [{"$twin": "p1", "f": 1}, {"f": 2}]
        byte[] body = [0x82, 0xA2, 0x65, .. "$twin"u8, 0x62, .. "p1"u8, 0x61, .. "f"u8, 0x01, 0xA1, 0x61, .. "f"u8, 0x02];
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = new("application/cbor");
        using HttpResponseMessage response = await door.Client.PostAsync("/api/v1/devices/d1/data", content, HttpDoor.Cancelled);
        Assert.Equal(2, (await HttpDoor.JsonOf(response)).GetProperty("items").GetArrayLength());
        Assert.Equal([("", PayloadFormat.Cbor), ("p1", PayloadFormat.Cbor)], door.Instance.InMemoryIngest.Messages.Select(m => (m.Twin, m.Format)));
    }

    [Fact]
    public async Task Where_nothing_was_taken_the_answer_is_an_error_that_still_tells_of_each_item()
    {
        await using HttpDoor door = await WithDevice("""{"twins":["p1"]}""");
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Post, "/api/v1/devices/d1/data", """[{"$twin":"p1","flow":"refuse"},{"$twin":"p1","flow":"refuse"}]""");
        string text = await response.Content.ReadAsStringAsync(HttpDoor.Cancelled);
        JsonElement error = await HttpDoor.ErrorOf(response, 400, "ValidationFailed", "GMG037");
        Assert.Equal(2, error.GetProperty("details").GetArrayLength());
        Assert.Equal(2, JsonDocument.Parse(text).RootElement.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("[{\"flow\":1},")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\u0000")]
    public async Task What_is_not_divisible_goes_on_whole_to_be_judged_there(string body)
    {
        await using HttpDoor door = await WithDevice("""{"twins":["p1"]}""");
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/devices/d1/data", body);
        Assert.Equal(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body)), door.Instance.InMemoryIngest.Messages.Single().Payload);
    }

    [Fact]
    public async Task A_commit_that_fails_acknowledges_nothing()
    {
        await using HttpDoor door = await WithDevice("""{"twins":["p1"]}""");
        ErrorCode failed = new("GMC001", 503, true, "The commit failed.", "Try again.", "ServiceUnavailable");
        door.Instance.InMemoryIngest.NextFailure = new GemelException(failed.With());
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/api/v1/devices/d1/data", "{}"), 503, "ServiceUnavailable", "GMC001");
    }

    [Fact]
    public async Task Data_without_a_body_or_of_another_type_is_refused()
    {
        await using HttpDoor door = await WithDevice("{}");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/api/v1/devices/d1/data"), 400, "MissingArgument", "GMW012");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/api/v1/devices/d1/data", "x", "text/csv"), 415, "UnsupportedMediaType", "GMW007");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/cbor")]
    public async Task More_items_than_allowed_are_refused_before_any_is_taken(string contentType)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync(options => options.MaxDataItems = 3);
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/devices/d1");
        byte[] body = contentType == "application/cbor" ? [0x84, 1, 1, 1, 1] : [.. "[1,1,1,1]"u8];
        using ByteArrayContent content = new(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using HttpResponseMessage response = await door.Client.PostAsync("/api/v1/devices/d1/data", content, HttpDoor.Cancelled);
        await HttpDoor.ErrorOf(response, 400, "LimitExceeded", "GMI010");
        Assert.Empty(door.Instance.InMemoryIngest.Messages);
    }

    private static async Task<HttpDoor> WithDevice(string settings)
    {
        HttpDoor door = await HttpDoor.OpenAsync();
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/devices/d1", settings);
        return door;
    }
}
