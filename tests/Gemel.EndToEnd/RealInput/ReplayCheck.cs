using System.Globalization;
using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.RealInput;

/// <summary>Puts recorded runs onto a server and checks that everything it tells of them afterwards is the recording.</summary>
internal sealed class ReplayCheck(ServerProcess server, IReadOnlyList<RecordedRun> runs)
{
    private const int InFlight = 100;

    /// <summary>Secrets by device.</summary>
    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);

    /// <summary>Messages that were sent more than once.</summary>
    public int Resent { get; private set; }

    /// <summary>Uploads the models, makes a twin and a device for each run.</summary>
    public async Task ProvisionAsync(string models)
    {
        await server.Admin.AddModelsAsync(models);
        foreach (RecordedRun run in runs)
        {
            await server.Admin.AddTwinAsync(run.Twin, run.Model, ComponentsOf(run));
            _secrets[run.Twin] = await server.Admin.AddDeviceAsync(run.Twin);
        }
    }

    /// <summary>Sends every run over a connection of its own, all at once.</summary>
    /// <param name="onAcknowledged">Called for each acknowledgement, from several threads.</param>
    public async Task SendAsync(Action? onAcknowledged = null)
    {
        DeviceSender[] senders = [.. runs.Select(run => new DeviceSender(server.Mqtt, run.Twin, _secrets[run.Twin], InFlight, _ => onAcknowledged?.Invoke()))];
        try
        {
            await Task.WhenAll(runs.Select((run, i) => senders[i].SendAsync(run.Messages(), TestContext.Current.CancellationToken)));
            Assert.Equal(runs.Select(r => r.Rows.Count), senders.Select(s => s.Acknowledged));
            Assert.All(senders, sender => Assert.InRange(sender.MostInFlight, 2, InFlight));
            Resent = senders.Sum(s => s.Resent);
        }
        finally
        {
            Array.ForEach(senders, sender => sender.Dispose());
        }
    }

    /// <summary>Every value of every row is in history, in order, once, to the last digit.</summary>
    public async Task HistoryIsTheRecordingAsync()
    {
        foreach (RecordedRun run in runs)
        {
            Dictionary<string, List<(string Time, string Value)>> series = run.Paths.ToDictionary(p => p, _ => new List<(string, string)>());
            await foreach (JsonElement page in server.Admin.PagesAsync($"api/v1/digitaltwins/{run.Twin}/history?include=all&limit=1000&paths={string.Join(',', run.Paths)}"))
            {
                foreach (JsonElement one in page.GetProperty("series").EnumerateArray())
                {
                    series[one.GetProperty("path").GetString()!].AddRange(one.GetProperty("points").EnumerateArray().Select(p => (p.GetProperty("t").GetString()!, p.GetProperty("v").GetRawText())));
                }
            }
            AssertSeries(run, series);
        }
    }

    /// <summary>The same as comma-separated values, page by page through the Link header.</summary>
    public async Task CsvIsTheRecordingAsync(RecordedRun run)
    {
        Dictionary<string, List<(string Time, string Value)>> series = run.Paths.ToDictionary(p => p, _ => new List<(string, string)>());
        string? next = $"api/v1/digitaltwins/{run.Twin}/history?limit=700&paths={string.Join(',', run.Paths)}";
        while (next is not null)
        {
            Answer answer = (await server.Admin.GetAsync(next, ("Accept", "text/csv"))).Expect(HttpStatusCode.OK);
            string[] lines = answer.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("t,path,v,q", lines[0]);
            foreach (string[] cells in lines.Skip(1).Select(l => l.Split(',')))
            {
                Assert.Equal("good", cells[3]);
                series[cells[1]].Add((cells[0], cells[2]));
            }
            next = answer.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links.Single().Split('>')[0].TrimStart('<') : null;
        }
        AssertSeries(run, series);
    }

    /// <summary>No value was made up for a second that the recording lacks.</summary>
    public async Task MissingSecondsStayMissingAsync(RecordedRun run)
    {
        List<string> times = [];
        await foreach (JsonElement page in server.Admin.PagesAsync($"api/v1/digitaltwins/{run.Twin}/history?paths={run.Paths[0]}&every=PT1S&functions=count&limit=5000"))
        {
            foreach (JsonElement bucket in page.GetProperty("series")[0].GetProperty("points").EnumerateArray())
            {
                Assert.Equal(1, bucket.GetProperty("n").GetInt32());
                times.Add(bucket.GetProperty("t").GetString()!);
            }
        }
        Assert.Equal(run.Rows.Select(r => r.Time), times);
    }

    /// <summary>The present state is the last row.</summary>
    public async Task TwinsAreAtTheLastRowAsync()
    {
        foreach (RecordedRun run in runs)
        {
            RecordedRow last = run.Rows[^1];
            JsonElement state = await server.Admin.StateAsync(run.Twin);
            foreach (RecordedValue value in last.Values)
            {
                JsonElement shown = value.Path.Split('.').Aggregate(state, (element, name) => element.GetProperty(name));
                AssertValue(value.Json, shown.GetProperty("$value").GetRawText(), $"{run.Twin} {value.Path}");
                Assert.Equal(last.Time, shown.GetProperty("$time").GetString());
            }
        }
    }

    private static void AssertSeries(RecordedRun run, Dictionary<string, List<(string Time, string Value)>> series)
    {
        for (int column = 0; column < run.Paths.Count; column++)
        {
            List<(string Time, string Value)> found = series[run.Paths[column]];
            Assert.True(found.Count == run.Rows.Count, $"{run.Twin} {run.Paths[column]} has {found.Count} points, the recording {run.Rows.Count}; {FirstDifference(run, found)}");
            for (int row = 0; row < found.Count; row++)
            {
                Assert.Equal(run.Rows[row].Time, found[row].Time);
                AssertValue(run.Rows[row].Values[column].Json, found[row].Value, $"{run.Twin} {run.Paths[column]} at {found[row].Time}");
            }
        }
    }

    private static string FirstDifference(RecordedRun run, List<(string Time, string Value)> found)
    {
        int at = Enumerable.Range(0, Math.Min(found.Count, run.Rows.Count)).FirstOrDefault(i => found[i].Time != run.Rows[i].Time, -1);
        return at < 0 ? "one is the beginning of the other" : $"point {at} is at {found[at].Time}, the row at {run.Rows[at].Time}";
    }

    /// <summary>Numbers are compared as decimals: 32.0 is 32, but no digit may differ. CSV has texts without quotes.</summary>
    internal static void AssertValue(string expected, string found, string where)
    {
        bool isNumber = decimal.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number);
        bool equal = isNumber ? number == decimal.Parse(found, NumberStyles.Float, CultureInfo.InvariantCulture) : expected.Trim('"') == found.Trim('"');
        Assert.True(equal, $"{where}: expected {expected}, found {found}");
    }

    private static string? ComponentsOf(RecordedRun run)
    {
        string[] components = [.. run.Paths.Where(p => p.Contains('.')).Select(p => p.Split('.')[0]).Distinct()];
        return components.Length == 0 ? null : string.Join(',', components.Select(c => $$$"""
            "{{{c}}}":{"$metadata":{}}
            """));
    }
}
