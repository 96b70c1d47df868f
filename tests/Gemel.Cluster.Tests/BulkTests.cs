using System.Text;
using System.Text.Json;
using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster.Tests;

/// <summary>Imports, exports and the deletion of everything, on a real instance.</summary>
public sealed class BulkTests
{
    private const string Header = """
        {"Section":"Header"}
        {"fileVersion":"1.0.0","author":"test","organization":"test"}

        """;

    private const string Valve = """{"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Valve;1","@type":"Interface","contents":[{"@type":"Property","name":"open","schema":"boolean"}]}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_takes_models_twins_and_relationships()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        JobView job = await ImportAsync(instance, $$"""
            {{Header}}{"Section":"Models"}
            {{Valve}}
            {"Section":"Twins"}
            {"$dtId":"v1","$metadata":{"$model":"dtmi:test:Valve;1"},"open":true}
            {"$dtId":"p1","$metadata":{"$model":"{{TestInstance.PumpModel}}"},"speed":2.5}
            {"Section":"Relationships"}
            {"$dtId":"p1","$relationshipId":"r1","$targetId":"v1","$relationshipName":"feeds","length":3}
            """);
        Assert.Equal(JobStatus.Succeeded, job.Status);
        Assert.Equal((1, 2, 1, 0), (job.Counts.Models, job.Counts.Twins, job.Counts.Relationships, job.Counts.Failed));
        Assert.Contains("\"open\":true", instance.Read("v1"));
        Assert.Equal("v1", instance.Instance.Twins.FindRelationship(TwinId.Create("p1"), RelationshipId.Create("r1")).Value.TargetId.Value);
    }

    [Fact]
    public async Task The_same_import_again_changes_nothing_but_times()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        string file = $$"""
            {{Header}}{"Section":"Models"}
            {{Valve}}
            {"Section":"Twins"}
            {"$dtId":"v1","$metadata":{"$model":"dtmi:test:Valve;1"},"open":true}
            """;
        await ImportAsync(instance, file, "once");
        JobView again = await ImportAsync(instance, file, "twice");
        Assert.Equal((JobStatus.Succeeded, 1, 1), (again.Status, again.Counts.Models, again.Counts.Twins));
        Assert.Equal(1, instance.Instance.Twins.Count);
    }

    [Fact]
    public async Task Lines_that_are_wrong_are_told_with_their_number_and_the_rest_is_taken()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        JobView job = await ImportAsync(instance, $$"""
            {{Header}}{"Section":"Twins"}
            {"$dtId":"p1","$metadata":{"$model":"{{TestInstance.PumpModel}}"},"speed":"fast"}
            {"$dtId":"p2","$metadata":{"$model":"{{TestInstance.PumpModel}}"},"speed":1}
            {"$dtId":"p3","$metadata":
            {"$metadata":{"$model":"{{TestInstance.PumpModel}}"} }
            {"$dtId":"#p4","$metadata":{"$model":"{{TestInstance.PumpModel}}"} }
            {"Section":"Relationships"}
            {"$dtId":"p2","$relationshipId":"r1","$targetId":"nowhere","$relationshipName":"feeds"}
            """);
        Assert.Equal((JobStatus.Failed, 1, 5), (job.Status, job.Counts.Twins, job.Counts.Failed));
        Assert.Equal(ClusterErrors.JobIncomplete, job.Errors[0].Code);
        Assert.Equal([4, 6, 7, 8, 10], job.Errors.Skip(1).Select(error => error.Position!.Value.Line).Distinct().Order());
        Assert.NotNull(instance.Read("p2"));
        Assert.Null(instance.Read("p1"));
    }

    [Theory]
    [InlineData("", "Header")]
    [InlineData("{\"Section\":\"Header\"}\n", "fileVersion")]
    [InlineData("{\"Section\":\"Twins\"}\n", "Header")]
    [InlineData("{\"$dtId\":\"p1\"}\n", "Header")]
    [InlineData("{\"Section\":\"Header\"}\n{\"fileVersion\":\"2.0.0\"}\n", "1.0.0")]
    [InlineData("{\"Section\":\"Header\"}\n{\"fileVersion\":\"1.0.0\"}\n{\"fileVersion\":\"1.0.0\"}\n", "one line")]
    [InlineData("{\"Section\":\"Header\"}\n{\"fileVersion\":\"1.0.0\"}\n{\"Section\":\"Things\"}\n", "Relationships")]
    [InlineData("{\"Section\":\"Header\"}\n{\"fileVersion\":\"1.0.0\"}\n{\"Section\":\"Relationships\"}\n{\"Section\":\"Twins\"}\n", "in this order")]
    [InlineData("{\"Section\":\"Header\"}\n{\"Section\":\"Twins\"}\n", "fileVersion")]
    [InlineData("not json\n", "Header")]
    public async Task A_file_that_is_no_import_is_refused_with_what_was_expected(string file, string expected)
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        JobView job = await ImportAsync(instance, file);
        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Equal(ClusterErrors.ImportMalformed, Assert.Single(job.Errors).Code);
        Assert.Contains(expected, job.Errors[0].Message);
    }

    [Fact]
    public async Task Wrong_models_end_the_import_before_any_twin()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        JobView job = await ImportAsync(instance, $$"""
            {{Header}}{"Section":"Models"}
            {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Bad;1","@type":"Interface","contents":[{"@type":"Property","name":"x","schema":"colour"}]}
            {"Section":"Twins"}
            {"$dtId":"p1","$metadata":{"$model":"{{TestInstance.PumpModel}}"} }
            """);
        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Equal("DTDLParsingError", job.Errors[0].Code.AzureCode);
        Assert.Contains(job.Errors.Skip(1), error => error.Position is { Document: "line 4" });
        Assert.Null(instance.Read("p1"));
    }

    [Fact]
    public async Task A_twin_twice_in_a_file_ends_as_its_last_line_says()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        IEnumerable<string> lines = Enumerable.Range(0, 500).Select(i => $$"""{"$dtId":"p{{i % 5}}","$metadata":{"$model":"{{TestInstance.PumpModel}}"},"speed":{{i}}}""");
        JobView job = await ImportAsync(instance, Header + "{\"Section\":\"Twins\"}\n" + string.Join('\n', lines));
        Assert.Equal(500, job.Counts.Twins);
        Assert.All(Enumerable.Range(0, 5), i => Assert.Contains($"\"speed\":{495 + i}", instance.Read($"p{i}")));
    }

    [Fact]
    public async Task What_one_instance_exports_another_imports_to_the_same_export()
    {
        await using TestInstance first = await TestInstance.StartAsync();
        for (int i = 0; i < 700; i++)
        {
            await first.PutPumpAsync($"pump ü/{i}", speed: i / 7.0);
        }
        for (int i = 0; i < 50; i++)
        {
            Assert.True((await first.RelateAsync($"pump ü/{i}", $"r{i}", $"pump ü/{i + 1}")).IsSuccess);
        }
        string exported = await ExportAsync(first);
        await using TestInstance second = await TestInstance.StartAsync();
        JobView job = await ImportAsync(second, exported);
        Assert.Equal((JobStatus.Succeeded, 1, 700, 50), (job.Status, job.Counts.Models, job.Counts.Twins, job.Counts.Relationships));
        Assert.Equal(Essence(exported), Essence(await ExportAsync(second)));
    }

    [Fact]
    public async Task An_export_shows_the_commit_at_which_it_was_opened()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1", speed: 1);
        using GraphExport export = instance.Instance.Bulk.OpenExport(BulkSections.Twins);
        await instance.PutPumpAsync("p1", speed: 2);
        await instance.PutPumpAsync("p2", speed: 2);
        using MemoryStream output = new();
        await export.WriteAsync(output, Cancelled);
        string text = Encoding.UTF8.GetString(output.ToArray());
        Assert.Contains("\"speed\":1", text);
        Assert.DoesNotContain("p2", text);
        Assert.DoesNotContain("Models", text);
    }

    [Fact]
    public async Task Eight_exports_are_open_at_most_and_one_that_ends_makes_room()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        GraphExport[] open = [.. Enumerable.Range(0, 8).Select(_ => instance.Instance.Bulk.OpenExport(BulkSections.All))];
        Assert.Equal(ClusterErrors.ExportLimit, Assert.Throws<GemelException>(() => instance.Instance.Bulk.OpenExport(BulkSections.All)).Error.Code);
        open[3].Dispose();
        open[3].Dispose();
        using GraphExport ninth = instance.Instance.Bulk.OpenExport(BulkSections.All);
        Assert.Throws<GemelException>(() => instance.Instance.Bulk.OpenExport(BulkSections.All));
        Array.ForEach(open, export => export.Dispose());
    }

    [Fact]
    public async Task A_file_below_the_folder_of_imports_is_taken_and_its_log_written()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        string folder = Path.Combine(instance.Folder, "imports");
        Directory.CreateDirectory(Path.Combine(folder, "line 1"));
        await File.WriteAllTextAsync(Path.Combine(folder, "line 1", "a.ndjson"), Header + "{\"Section\":\"Twins\"}\n{\"$dtId\":\"p1\"}\n", Cancelled);
        JobView begun = instance.Instance.Bulk.StartImport("job", "line 1/a.ndjson", "a.log", TestInstance.Tester).Value;
        Assert.Equal(JobStatus.Running, begun.Status);
        await TestInstance.EventuallyAsync(() => instance.Instance.Bulk.Find(JobKind.Import, "job")!.IsOver);
        string[] log = await File.ReadAllLinesAsync(Path.Combine(folder, "a.log"), Cancelled);
        Assert.Equal(
            ["Started", "Header Started", "Header Succeeded", "Twins Started", "Twins Failed", "Twins Succeeded", "Failed"],
            log.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("details")).Select(details =>
                (details.TryGetProperty("section", out JsonElement section) ? section.GetString() + " " : "") + details.GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("../gemel.json")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../gemel.json")]
    [InlineData("..\\gemel.json")]
    [InlineData("https://example.org/a.ndjson")]
    [InlineData("file:///etc/passwd")]
    [InlineData("link")]
    [InlineData("linked/passwd")]
    [InlineData("a\0b")]
    [InlineData("")]
    public async Task Nothing_outside_the_folder_of_imports_is_opened(string path)
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        File.CreateSymbolicLink(Path.Combine(instance.Folder, "imports", "link"), "/etc/passwd");
        Directory.CreateSymbolicLink(Path.Combine(instance.Folder, "imports", "linked"), "/etc");
        await File.WriteAllTextAsync(Path.Combine(instance.Folder, "imports", "real"), "", Cancelled);
        Assert.Equal(ClusterErrors.ImportPathRefused, instance.Instance.Bulk.StartImport("j", path, null, TestInstance.Tester).Errors.Single().Code);
        Assert.Equal(ClusterErrors.ImportPathRefused, instance.Instance.Bulk.StartImport("j", "real", path, TestInstance.Tester).Errors.Single().Code);
        Assert.Empty(instance.Instance.Bulk.List(JobKind.Import));
    }

    [Fact]
    public async Task No_file_is_overwritten_by_a_log()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(instance.Folder, "imports", "a"), Header, Cancelled);
        Assert.Equal(ClusterErrors.ImportFileUnusable, instance.Instance.Bulk.StartImport("j", "a", "a", TestInstance.Tester).Errors.Single().Code);
        Assert.Equal(Header, await File.ReadAllTextAsync(Path.Combine(instance.Folder, "imports", "a"), Cancelled));
    }

    [Fact(Timeout = 60_000)]
    public async Task One_job_runs_at_a_time_and_can_be_cancelled()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        IBulkService bulk = instance.Instance.Bulk;
        using Held content = new(Header);
        Task<Outcome<JobView>> running = bulk.ImportAsync("first", content, TestInstance.Tester, Cancelled);
        await content.IsWaitedFor.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ClusterErrors.JobLimit, bulk.StartDeletion("d", TimeSpan.FromHours(1), TestInstance.Tester).Errors.Single().Code);
        Assert.Equal(ClusterErrors.JobRuns, bulk.Remove("first").Errors.Single().Code);
        Assert.Equal(JobStatus.Cancelling, bulk.Cancel("first").Value.Status);
        Assert.Equal(JobStatus.Cancelled, (await running).Value.Status);
        Assert.Equal(ClusterErrors.JobIsOver, bulk.Cancel("first").Errors.Single().Code);
        Assert.Equal(ClusterErrors.JobExists, (await bulk.ImportAsync("first", Stream.Null, TestInstance.Tester, Cancelled)).Errors.Single().Code);
        Assert.True(bulk.Remove("first").IsSuccess);
        Assert.Equal(ClusterErrors.ImportNotFound, bulk.Cancel("first").Errors.Single().Code);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_a_stop_ended_is_shown_as_failed_after_the_restart()
    {
        TestInstance before = await TestInstance.StartAsync();
        using Held content = new(Header);
        Task<Outcome<JobView>> running = before.Instance.Bulk.ImportAsync("cut", content, TestInstance.Tester, Cancelled);
        await content.IsWaitedFor.WaitAsync(TestContext.Current.CancellationToken);
        string folder = await before.StopAsync();
        Assert.Equal(ClusterErrors.JobInterrupted, (await running).Value.Errors[0].Code);
        await using TestInstance after = await TestInstance.ReopenAsync(folder);
        JobView job = after.Instance.Bulk.Find(JobKind.Import, "cut")!;
        Assert.Equal((JobStatus.Failed, ClusterErrors.JobInterrupted.Code), (job.Status, job.Errors[0].Code.Code));
    }

    [Fact]
    public async Task A_damaged_file_of_jobs_is_told_by_verification_and_set_aside_by_the_next_start()
    {
        TestInstance before = await TestInstance.StartAsync();
        Assert.Equal(JobStatus.Failed, (await ImportAsync(before, "{}")).Status);
        string folder = await before.StopAsync();
        string path = Path.Combine(folder, DataFolder.JobsName);
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancelled);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(path, bytes, Cancelled);
        using (DataFolderReader reader = DataFolderReader.Open(folder))
        {
            Assert.Contains(path, Assert.Single(FolderVerifier.Verify(reader, isDeep: false, _ => { }, Cancelled).Damage).Message);
        }

        await using TestInstance after = await TestInstance.ReopenAsync(folder);
        Assert.Empty(after.Instance.Bulk.List(JobKind.Import));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path + ".damaged", Cancelled));
        await ImportAsync(after, "{}");
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_deletion_deletes_relationships_twins_and_models()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        for (int i = 0; i < 300; i++)
        {
            await instance.PutPumpAsync($"p{i}");
        }
        await instance.RelateAsync("p0", "r", "p1");
        await instance.RelateAsync("p1", "r", "p0");
        instance.Instance.Bulk.StartDeletion("d", TimeSpan.FromHours(1), TestInstance.Tester);
        await TestInstance.EventuallyAsync(() => instance.Instance.Bulk.Find(JobKind.Deletion, "d")!.IsOver);
        JobView job = instance.Instance.Bulk.Find(JobKind.Deletion, "d")!;
        Assert.Equal((JobStatus.Succeeded, 1, 300, 2), (job.Status, job.Counts.Models, job.Counts.Twins, job.Counts.Relationships));
        Assert.Equal(0, instance.Instance.Twins.Count);
        Assert.Empty(instance.Instance.Catalog.Models.Models);
    }

    private static async Task<JobView> ImportAsync(TestInstance instance, string file, string id = "job")
    {
        using MemoryStream content = new(Encoding.UTF8.GetBytes(file));
        return (await instance.Instance.Bulk.ImportAsync(id, content, TestInstance.Tester, Cancelled)).Value;
    }

    private static async Task<string> ExportAsync(TestInstance instance)
    {
        using GraphExport export = instance.Instance.Bulk.OpenExport(BulkSections.All);
        using MemoryStream output = new();
        await export.WriteAsync(output, Cancelled);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>The lines in an order of their own, without times and ETags.</summary>
    private static IEnumerable<string> Essence(string export) => export.Split('\n')
        .Select(line => System.Text.RegularExpressions.Regex.Replace(line, """"\$etag":"W/[^,]*,|,?"(\$?lastUpdateTime|quality|reason)":"[^"]*"""", ""))
        .Order(StringComparer.Ordinal);

    /// <summary>Gives its text, and then nothing more until it is cancelled.</summary>
    private sealed class Held(string text) : Stream
    {
        private readonly TaskCompletionSource _waitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private byte[] _rest = Encoding.UTF8.GetBytes(text);

        public Task IsWaitedFor => _waitedFor.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.Length == 0)
            {
                _waitedFor.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            int count = Math.Min(buffer.Length, _rest.Length);
            _rest.AsMemory(0, count).CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
