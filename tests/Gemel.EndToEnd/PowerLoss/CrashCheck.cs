using System.Globalization;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>Recovers what a power cut left and says what is wrong with it.</summary>
/// <remarks>
/// Jepsen's total-queue for the values of each pump (lost: acknowledged and not there; unexpected: there and never sent; a second time
/// there is a failure too), a register for the station's name, creation and deletion for guests, the present state against history's
/// last point, and the change stream resumed from what a client had seen.
/// </remarks>
/// <param name="cut">The moment of the power cut.</param>
/// <param name="key">The administrator's, which stays once anybody has used it.</param>
internal sealed class CrashCheck(Workload load, long cut, string key)
{
    private readonly List<string> _wrong = [];

    /// <returns>Everything that is wrong; empty where all is well.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string data)
    {
        try
        {
            await using Recovered recovered = await Recovered.StartAsync(data);
            Dictionary<string, List<int>> stored = [];
            foreach (Attempts pump in load.Pumps.Where(pump => IsKnown(recovered, pump)))
            {
                stored[pump.Twin] = await CheckQueueAsync(recovered, pump);
            }
            if (stored.Count > 0 && (await File.ReadAllTextAsync(Path.Combine(data, "admin.key"))).Trim() != key)
            {
                _wrong.Add("the administrator's key is another one");
            }
            CheckName(recovered);
            CheckGuests(recovered);
            await CheckStreamAsync(recovered, stored);
        }
        catch (GemelException refused)
        {
            _wrong.Add($"refused: {refused.Error}");
        }
        return _wrong;
    }

    private bool IsKnown(Recovered recovered, Attempts pump)
    {
        bool isThere = recovered.Read(pump.Twin) is not null;
        if (!isThere && pump.AcknowledgedAt(cut).Any())
        {
            _wrong.Add($"{pump.Twin} is lost");
        }
        return isThere;
    }

    private async Task<List<int>> CheckQueueAsync(Recovered recovered, Attempts pump)
    {
        List<int> values = [.. (await recovered.HistoryAsync(pump.Twin, "count")).Select(p => int.Parse(p.Value, CultureInfo.InvariantCulture))];
        HashSet<int> distinct = [.. values];
        Report($"{pump.Twin}: lost", pump.AcknowledgedAt(cut).Where(v => !distinct.Contains(v)));
        Report($"{pump.Twin}: never sent", values.Where(v => !pump.IsAttemptedAt(v, cut)));
        Report($"{pump.Twin}: twice", values.GroupBy(v => v).Where(g => g.Count() > 1).Select(g => g.Key));
        Report($"{pump.Twin}: out of order", values.Zip(values.Skip(1)).Where(p => p.First >= p.Second).Select(p => p.Second));
        JsonElement state = JsonSerializer.Deserialize<JsonElement>(recovered.Read(pump.Twin)!);
        int? present = state.TryGetProperty("count", out JsonElement count) ? count.GetInt32() : null;
        if (present != (values.Count == 0 ? null : values[^1]))
        {
            _wrong.Add($"{pump.Twin}: the state is {present}, history's last {(values.Count == 0 ? null : values[^1])}");
        }
        return values;
    }

    private void CheckName(Recovered recovered)
    {
        if (recovered.Read(Workload.Station) is not { } station)
        {
            Report("the station", load.Names.AcknowledgedAt(cut));
            return;
        }
        int name = int.Parse(JsonSerializer.Deserialize<JsonElement>(station).GetProperty("name").GetString()!, CultureInfo.InvariantCulture);
        int least = load.Names.AcknowledgedAt(cut).DefaultIfEmpty(-1).Max();
        if (name < least || (name >= 0 && !load.Names.IsAttemptedAt(name, cut)))
        {
            _wrong.Add($"the station's name is {name}, {least} was acknowledged");
        }
    }

    private void CheckGuests(Recovered recovered)
    {
        HashSet<int> gone = [.. load.Deleted.AcknowledgedAt(cut)];
        HashSet<int> there = [.. Enumerable.Range(0, load.Created.Count).Where(guest => recovered.Read($"guest-{guest}") is not null)];
        Report("guests lost", load.Created.AcknowledgedAt(cut).Where(guest => !there.Contains(guest) && !load.Deleted.IsAttemptedAt(guest, cut)));
        Report("guests back", there.Where(gone.Contains));
        Report("guests never created", there.Where(guest => !load.Created.IsAttemptedAt(guest, cut)));
    }

    /// <summary>From the last event that the client saw: everything behind it, once. From the first one: likewise, or a clear no.</summary>
    private async Task CheckStreamAsync(Recovered recovered, Dictionary<string, List<int>> stored)
    {
        List<SeenEvent> seen = [.. load.Seen.TakeWhile(e => e.Time <= cut)];
        if (seen.Count == 0)
        {
            return;
        }
        await recovered.CreateAsync("end-of-stream", TestModels.Station);
        await CheckResumeAsync(recovered, stored, seen, mayBeTrimmed: false);
        await CheckResumeAsync(recovered, stored, seen[..1], mayBeTrimmed: true);
    }

    private async Task CheckResumeAsync(Recovered recovered, Dictionary<string, List<int>> stored, List<SeenEvent> seen, bool mayBeTrimmed)
    {
        Assert.True(ResumeToken.TryParse(seen[^1].Id, out ResumeToken token), seen[^1].Id);
        List<TwinEvent> events;
        try
        {
            events = await recovered.EventsAsync(token, until: "end-of-stream");
        }
        catch (GemelException gone) when (mayBeTrimmed && gone.Error.Code.Status == 410)
        {
            return;
        }
        foreach ((string pump, List<int> values) in stored)
        {
            HashSet<int> before = [.. seen.Where(e => e.Twin == pump).SelectMany(e => e.Counts)];
            List<int> after = [.. events.Where(e => e.Twin.Value == pump).SelectMany(e => e.Values).Where(v => v.Column.Path == "count").Select(v => (int)v.Bits)];
            if (!after.SequenceEqual(values.Where(v => !before.Contains(v))))
            {
                _wrong.Add($"{pump}: the stream from {token} has {after.Count} values ({after.FirstOrDefault()}…), {values.Count(v => !before.Contains(v))} were expected after {before.Count}");
            }
        }
    }

    private void Report(string what, IEnumerable<int> values)
    {
        List<int> all = [.. values];
        if (all.Count > 0)
        {
            _wrong.Add($"{what}: {all.Count} ({string.Join(", ", all.Take(5))}…)");
        }
    }
}
