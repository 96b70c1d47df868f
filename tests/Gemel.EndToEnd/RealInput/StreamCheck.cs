using System.Text.Json;
using Gemel.EndToEnd.Clients;

namespace Gemel.EndToEnd.RealInput;

/// <summary>Checks what a client of the change stream sees of recorded runs: each value once and in order, anything else only where marked late.</summary>
internal sealed class StreamCheck(ChangeWatcher watcher, IReadOnlyList<RecordedRun> runs)
{
    private readonly Dictionary<string, RecordedRun> _runs = runs.ToDictionary(r => r.Twin);

    /// <summary>Rows seen so far by twin and path.</summary>
    private readonly Dictionary<(string Twin, string Path), int> _seen = [];

    private (long Commit, long Index) _last = (-1, -1);

    /// <summary>Values that came again, marked late.</summary>
    public int Repetitions { get; private set; }

    /// <summary>Ends when every value of every run was seen.</summary>
    public async Task SeeAllAsync()
    {
        int missing = runs.Sum(r => r.ValueCount);
        while (missing > 0)
        {
            (string id, JsonElement change) = await watcher.NextAsync();
            CheckOrder(id);
            if (change.GetProperty("type").GetString() == "Microsoft.DigitalTwins.Twin.Update")
            {
                missing -= Take(change);
            }
        }
    }

    private void CheckOrder(string id)
    {
        string[] parts = id.Split('-');
        (long, long) token = (long.Parse(parts[0]), long.Parse(parts[1]));
        Assert.True(token.CompareTo(_last) > 0, $"The event {id} came after {_last}.");
        _last = token;
    }

    /// <returns>How many values came for the first time.</returns>
    private int Take(JsonElement change)
    {
        RecordedRun run = _runs[change.GetProperty("subject").GetString()!];
        int fresh = 0;
        foreach (JsonElement value in change.GetProperty("data").GetProperty("values").EnumerateArray())
        {
            string path = value.GetProperty("path").GetString()!;
            bool isLate = value.TryGetProperty("late", out JsonElement late) && late.GetBoolean();
            if (isLate)
            {
                CheckRepetition(run, path, value);
                Repetitions++;
            }
            else
            {
                CheckNext(run, path, value);
                fresh++;
            }
        }
        return fresh;
    }

    private void CheckNext(RecordedRun run, string path, JsonElement value)
    {
        int row = _seen.GetValueOrDefault((run.Twin, path));
        Assert.True(row < run.Rows.Count, $"{run.Twin} {path} came again after its last row, not marked late: {value}");
        RecordedRow expected = run.Rows[row];
        Assert.True(expected.Time == value.GetProperty("t").GetString(), $"{run.Twin} {path}: expected row {row} of {expected.Time}, found {value}");
        ReplayCheck.AssertValue(expected.Values.Single(v => v.Path == path).Json, value.GetProperty("v").GetRawText(), $"{run.Twin} {path} at {expected.Time}");
        _seen[(run.Twin, path)] = row + 1;
    }

    /// <summary>A late value must be one that was seen before, unchanged.</summary>
    private void CheckRepetition(RecordedRun run, string path, JsonElement value)
    {
        string time = value.GetProperty("t").GetString()!;
        RecordedRow? row = run.Rows.Take(_seen.GetValueOrDefault((run.Twin, path))).FirstOrDefault(r => r.Time == time);
        Assert.True(row is not null, $"{run.Twin} {path} of {time} is marked late, but was not seen before.");
        ReplayCheck.AssertValue(row.Values.Single(v => v.Path == path).Json, value.GetProperty("v").GetRawText(), $"{run.Twin} {path} at {time}");
    }
}
