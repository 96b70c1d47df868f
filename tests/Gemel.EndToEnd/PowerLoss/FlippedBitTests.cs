using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gemel.Cluster;
using Gemel.EndToEnd.Hosting;
using Gemel.Journal;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>One flipped bit anywhere in any file of a data folder: <c>gemel verify</c> names the file, and no server gives a wrong answer because of it.</summary>
public sealed partial class FlippedBitTests(TracedRun run) : IClassFixture<TracedRun>, IAsyncLifetime
{
    private const int EdgeBytes = 100;
    private const int DefaultInside = 40;
    private const int FilesOfAKind = 2;

    // A process id for people, a lock without contents, and secrets: these carry no checksum.
    private static readonly string[] Unchecked = ["gemel.pid", "gemel.lock", "admin.key", "metrics.key"];

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.Combine("data");

    private static int Starts => int.TryParse(Environment.GetEnvironmentVariable("GEMEL_FLIPPED_STARTS"), out int starts) ? starts : 3;

    public async ValueTask InitializeAsync()
    {
        if (Layer.Unavailable is null)
        {
            Disk.Materialize(run.DiskAt(run.Entries.Count, seed: 0).Seen(), _folder.Path);
            await using Recovered recovered = await Recovered.StartAsync(Data);
            await recovered.CreateAsync("last", TestModels.Station);
        }
    }

    [Fact]
    public void Verify_finds_and_names_every_one()
    {
        run.SkipWhereUnavailable();
        Assert.Empty(Verify(Data).Damage);
        Random random = new(run.Seed);
        int flips = 0;
        List<string> missed = [];
        foreach (string file in Files())
        {
            byte[] bytes = File.ReadAllBytes(file);
            foreach (int at in Places(bytes.Length, random))
            {
                using (FileStream stream = File.OpenWrite(file))
                {
                    byte flipped = (byte)(bytes[at] ^ (1 << random.Next(8)));
                    stream.Position = at;
                    stream.WriteByte(flipped);
                }
                FolderReport report = Verify(Data);
                string[] found = [.. report.Damage.Select(d => d.Message), .. report.Notices];
                if (!found.Any(message => message.Contains(file, StringComparison.Ordinal)))
                {
                    missed.Add($"{file} at {at}: {string.Join("; ", found)}");
                }
                if (report.IsWhole && !file.EndsWith("witness", StringComparison.Ordinal))
                {
                    missed.Add($"{file} at {at} is no damage");
                }
                flips++;
            }
            File.WriteAllBytes(file, bytes);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{flips} flipped bits.");
        Assert.True(missed.Count == 0, string.Join('\n', missed.Take(10)));
        Assert.Empty(Verify(Data).Damage);
    }

    [Fact]
    public async Task The_server_refuses_by_name_or_answers_as_before()
    {
        run.SkipWhereUnavailable();
        using TemporaryFolder whole = new();
        string[] expected = await AnswersAsync(CopyTo(whole, "data"));
        Random random = new(run.Seed);
        int refused = 0;
        List<string> failures = [];
        foreach (string name in Files().Select(file => Path.GetRelativePath(Data, file)))
        {
            for (int i = 0; i < Starts; i++)
            {
                using TemporaryFolder copy = new();
                string data = CopyTo(copy, "data");
                string file = Path.Combine(data, name);
                byte[] bytes = File.ReadAllBytes(file);
                int at = random.Next(bytes.Length);
                bytes[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, bytes);
                try
                {
                    string[] answers = await AnswersAsync(data);
                    int differs = Enumerable.Range(0, expected.Length).FirstOrDefault(a => answers[a] != expected[a], -1);
                    if (differs >= 0)
                    {
                        failures.Add($"{name} at {at}: {answers[differs][..Math.Min(200, answers[differs].Length)]} instead of {expected[differs][..Math.Min(200, expected[differs].Length)]}");
                    }
                }
                catch (GemelException error)
                {
                    refused++;
                    if (!error.Message.Contains(file, StringComparison.Ordinal) || !error.Message.Contains("gemel restore", StringComparison.Ordinal))
                    {
                        failures.Add($"{name} at {at}: {error.Message}");
                    }
                }
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} starts or reads refused.");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(10)));
        Assert.True(refused > 5);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    private static FolderReport Verify(string data)
    {
        using DataFolderReader folder = DataFolderReader.Open(data);
        return FolderVerifier.Verify(folder, isDeep: false, _ => { }, TestContext.Current.CancellationToken);
    }

    /// <summary>A few files of each kind, the first and the last.</summary>
    private IEnumerable<string> Files() => Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
        .Where(file => !Unchecked.Contains(Path.GetFileName(file)) && new FileInfo(file).Length > 0)
        .Order(StringComparer.Ordinal)
        .GroupBy(file => Digits().Replace(file, "0"))
        .SelectMany(kind => kind.Take(1).Concat(kind.Reverse().Take(FilesOfAKind - 1)).Distinct());

    /// <summary>Every third byte at both ends, and some in between.</summary>
    private static IEnumerable<int> Places(int length, Random random)
    {
        int edge = Math.Min(EdgeBytes, length);
        IEnumerable<int> ends = Enumerable.Range(0, edge).Concat(Enumerable.Range(length - edge, edge)).Where(_ => random.Next(3) == 0);
        return ends.Concat(Enumerable.Range(0, DefaultInside).Select(_ => random.Next(length))).Distinct();
    }

    private string CopyTo(TemporaryFolder folder, string name)
    {
        Disk.Materialize(Disk.Of(_folder.Path).Seen(), folder.Path);
        return folder.Combine(name);
    }

    /// <summary>Everything that the recovered instance says of twins, their history, and the stream from its beginning.</summary>
    private async Task<string[]> AnswersAsync(string data)
    {
        await using Recovered recovered = await Recovered.StartAsync(data);
        List<string> answers = [];
        foreach (string twin in run.Load!.Pumps.Select(p => p.Twin).Append(Workload.Station))
        {
            answers.Add(WithoutQuality(recovered.Read(twin)));
            string path = twin == Workload.Station ? "name" : "count";
            answers.Add(string.Join('\n', (await recovered.HistoryAsync(twin, path)).Select(p => $"{p.Time} {p.Value}")));
        }
        await recovered.CreateAsync("end-of-stream", TestModels.Station);
        List<TwinEvent> events = await recovered.EventsAsync(new ResumeToken(recovered.FirstCommit - 1, int.MaxValue), until: "end-of-stream");
        answers.Add(string.Join('\n', events.Select(e => $"{e.Token} {e.Kind} {e.Twin} {string.Join(' ', e.Values.Select(v => $"{v.Column.Path} {v.Bits}"))}")));
        return [.. answers];
    }

    // A restart makes device values uncertain; everything else stays.
    private static string WithoutQuality(string? twin)
    {
        JsonNode node = JsonNode.Parse(twin ?? "null") ?? new JsonObject();
        foreach (KeyValuePair<string, JsonNode?> member in node["$metadata"]?.AsObject() ?? [])
        {
            (member.Value as JsonObject)?.Remove("quality");
            (member.Value as JsonObject)?.Remove("reason");
        }
        return node.ToJsonString(JsonSerializerOptions.Default);
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
