using System.Net;
using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

public sealed class JobTests
{
    private static readonly Timestamp Noon = Timestamp.From(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task An_import_job_begins_with_201_and_is_shown_as_Azure_shows_it()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedBulk.Answer = Job("i1", JobStatus.Running);
        JsonElement job = await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/jobs/imports/i1?api-version=2023-10-31", """{"inputBlobUri":"a.ndjson","outputBlobUri":"a.log"}""");
        Assert.Equal("import i1 a.ndjson a.log key:admin", door.Instance.ScriptedBulk.Last);
        Assert.Equal(
            """{"id":"i1","inputBlobUri":"a.ndjson","status":"running","createdDateTime":"2026-01-31T12:00:00.0000000Z","lastActionDateTime":"2026-01-31T12:00:00.0000000Z","purgeDateTime":"2026-01-31T12:00:00.0000000Z","progress":{"models":1,"twins":2,"relationships":3,"failed":4,"bytes":5,"totalBytes":6}}""",
            job.GetRawText());
    }

    [Fact]
    public async Task A_failed_job_shows_every_error()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedBulk.Jobs = [Job("i1", JobStatus.Failed) with { Finished = Noon, Errors = [ClusterErrors.ImportModelsInvalid.With(2), ClusterErrors.JobTimedOut.With()] }];
        JsonElement job = await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/jobs/imports/i1");
        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Equal("DTDLParsingError", job.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(2, job.GetProperty("error").GetProperty("details").GetArrayLength());
    }

    [Theory]
    [InlineData("PUT", "/jobs/imports/i1", "{}", 400, "MissingArgument")]
    [InlineData("PUT", "/jobs/imports/i1", """{"inputBlobUri":7}""", 400, "InvalidArgument")]
    [InlineData("PUT", "/jobs/imports/i1?api-version=1999-01-01", """{"inputBlobUri":"a"}""", 400, "UnsupportedApiVersionValue")]
    [InlineData("GET", "/jobs/imports/none", null, 404, "ImportJobNotFound")]
    [InlineData("GET", "/jobs/deletions/none", null, 404, "DeleteJobNotFound")]
    [InlineData("POST", "/jobs/deletions?timeoutInMinutes=14", null, 400, "InvalidArgument")]
    [InlineData("POST", "/jobs/deletions?timeoutInMinutes=x", null, 400, "InvalidArgument")]
    [InlineData("GET", "/api/v1/export?sections=twins,all", null, 400, "InvalidArgument")]
    public async Task What_is_wrong_is_said(string method, string path, string? body, int status, string code)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement answer = await door.ExpectAsync((HttpStatusCode)status, new HttpMethod(method), path, body);
        Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_delete_job_begins_with_202_and_says_where_it_is()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedBulk.Answer = Job("d1", JobStatus.Running) with { Kind = JobKind.Deletion };
        using HttpRequestMessage request = new(HttpMethod.Post, "/jobs/deletions?api-version=2023-10-31&timeoutInMinutes=15") { Headers = { { "operation-id", "d 1" } } };
        using HttpResponseMessage response = await door.Client.SendAsync(request, HttpDoor.Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("delete d 1 00:15:00", door.Instance.ScriptedBulk.Last);
        Assert.EndsWith("/jobs/deletions/d%201?api-version=2023-10-31", response.Headers.GetValues("Operation-Location").Single());
    }

    [Fact]
    public async Task Jobs_are_listed_in_pages()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedBulk.Jobs = [Job("a", JobStatus.Succeeded), Job("b", JobStatus.Succeeded), Job("c", JobStatus.Running)];
        using HttpRequestMessage request = new(HttpMethod.Get, "/jobs/imports") { Headers = { { "max-items-per-page", "2" } } };
        using HttpResponseMessage response = await door.Client.SendAsync(request, HttpDoor.Cancelled);
        JsonElement page = JsonDocument.Parse(await response.Content.ReadAsStringAsync(HttpDoor.Cancelled)).RootElement;
        Assert.Equal(["a", "b"], page.GetProperty("value").EnumerateArray().Select(job => job.GetProperty("id").GetString()));
        JsonElement last = await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, new Uri(page.GetProperty("nextLink").GetString()!).PathAndQuery);
        Assert.Equal(["c"], last.GetProperty("value").EnumerateArray().Select(job => job.GetProperty("id").GetString()));
        Assert.False(last.TryGetProperty("nextLink", out _));
    }

    [Fact]
    public async Task A_job_is_cancelled_and_its_id_freed()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedBulk.Answer = Job("i1", JobStatus.Cancelling);
        JsonElement job = await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/jobs/imports/i1/cancel");
        Assert.Equal("cancelling", job.GetProperty("status").GetString());
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/jobs/imports/i1");
        Assert.Equal("remove i1", door.Instance.ScriptedBulk.Last);
    }

    private static JobView Job(string id, JobStatus status) =>
        new(JobKind.Import, id, "a.ndjson", null, status, Noon, Noon, null, Noon, new JobCounts(1, 2, 3, 4, 5, 6), []);
}
