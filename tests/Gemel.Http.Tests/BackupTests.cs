using System.Net;
using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

public sealed class BackupTests
{
    private const string Path = "/api/v1/backups";

    [Fact]
    public async Task A_backup_is_begun_listed_read_and_ended()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.InMemoryBackups.Files["history/samples/month=2026-11/1.parquet"] = "rows";

        using HttpResponseMessage begun = await door.SendAsync(HttpMethod.Post, Path);
        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        string one = begun.Headers.Location!.ToString();
        JsonElement listed = await door.GetJsonAsync(one);
        Assert.Equal((await HttpDoor.JsonOf(begun)).GetRawText(), listed.GetRawText());
        Assert.Equal(42, listed.GetProperty("commit").GetInt64());
        JsonElement file = Assert.Single(listed.GetProperty("files").EnumerateArray());

        using HttpResponseMessage content = await door.GetAsync($"{one}/files/{Uri.EscapeDataString(file.GetProperty("name").GetString()!)}");
        Assert.Equal("rows", await content.Content.ReadAsStringAsync(HttpDoor.Cancelled));
        Assert.Equal(4, content.Content.Headers.ContentLength);
        Assert.Equal(0, door.Instance.InMemoryBackups.OpenFiles);

        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, one);
        Assert.False(door.Instance.InMemoryBackups.IsOpen);
        await HttpDoor.ErrorOf(await door.GetAsync(one), 404, "BackupNotFound", "GMC060");
    }

    [Theory]
    [InlineData("bytes=1-", 206, "ows", "bytes 1-3/4")]
    [InlineData("bytes=3-", 206, "s", "bytes 3-3/4")]
    [InlineData("bytes=0-", 200, "rows", null)]
    [InlineData("bytes=0-1,2-", 200, "rows", null)]
    [InlineData("bytes=1-2", 200, "rows", null)]
    [InlineData("lines=1-", 200, "rows", null)]
    [InlineData("nonsense", 200, "rows", null)]
    public async Task The_rest_of_a_file_can_be_asked_for(string range, int status, string expected, string? contentRange)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.InMemoryBackups.Files["a"] = "rows";
        await door.SendAsync(HttpMethod.Post, Path);

        using HttpResponseMessage answer = await door.GetAsync($"{Path}/{InMemoryBackups.Id}/files/a", ("Range", range));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync(HttpDoor.Cancelled));
        Assert.Equal(contentRange, answer.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [InlineData("bytes=4-")]
    [InlineData("bytes=99-")]
    public async Task A_range_behind_the_end_is_refused(string range)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.InMemoryBackups.Files["a"] = "rows";
        await door.SendAsync(HttpMethod.Post, Path);
        await HttpDoor.ErrorOf(await door.GetAsync($"{Path}/{InMemoryBackups.Id}/files/a", ("Range", range)), 400, "InvalidArgument", "GMW011");
    }

    [Theory]
    [InlineData("admin.key")]
    [InlineData("../admin.key")]
    [InlineData("..%2Fadmin.key")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("/a")]
    [InlineData("A")]
    public async Task Only_names_that_the_backup_lists_are_answered(string name)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.InMemoryBackups.Files["a"] = "rows";
        await door.SendAsync(HttpMethod.Post, Path);
        string answer = await door.SendRawAsync($"GET {Path}/{InMemoryBackups.Id}/files/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {InMemoryInstance.AdminKey}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", answer);
        Assert.DoesNotContain("rows", answer);
    }
}
