using System.Text.Json;
using Gemel.Ingest;
using Gemel.Server.Replay;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Server.Tests.Replay;

public sealed class RecordedRunTests
{
    [Fact]
    public async Task Every_value_of_the_recorded_valve_runs_is_in_a_message_with_the_files_own_digits()
    {
        string folder = Path.Combine(RepositoryPaths.Shared ?? "", "data", "timeseries", "skab", "valve1");
        Assert.SkipUnless(Directory.Exists(folder), "the recorded SKAB runs are not beside the repository");
        string mappingPath = Path.Combine(RepositoryPaths.Root, "samples", "skab", "mapping.yaml");
        Mapping mapping = MappingReader.Read(await File.ReadAllTextAsync(mappingPath, TestContext.Current.CancellationToken), "mapping.yaml").Value;
        foreach (string file in Directory.EnumerateFiles(folder, "*.csv"))
        {
            await AssertSame(file, mapping);
        }
    }

    private static async Task AssertSame(string file, Mapping mapping)
    {
        string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        RowPlan plan = RowPlan.Create(mapping, lines[0].Split(';'), file, "bed-001").Value;
        var options = new ReplayOptions(double.PositiveInfinity, ReplayTimes.Original, Loop: false, 100);
        var source = new ReplaySource(() => CsvSource.Open(file, mapping.Csv), plan, options, new FakeTimeProvider());
        int line = 1;
        await foreach (ReplayMessage message in source.MessagesAsync(TestContext.Current.CancellationToken))
        {
            string[] fields = lines[line++].Split(';');
            Assert.Equal("twins/bed-001/data", message.Topic);
            JsonElement sent = JsonDocument.Parse(message.Payload).RootElement;
            Assert.StartsWith(fields[0].Replace(' ', 'T'), sent.GetProperty("$time").GetString());
            Assert.Equal(fields[1..9], sent.EnumerateObject().Skip(1).Take(8).Select(p => p.Value.GetRawText()));
            Assert.Equal(fields[9] == "1.0", sent.GetProperty("anomaly").GetBoolean());
            Assert.Equal(fields[10] == "1.0", sent.GetProperty("changepoint").GetBoolean());
        }
        Assert.Equal(lines.Length, line);
        Assert.Empty(source.TakeProblems());
    }
}
