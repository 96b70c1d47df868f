namespace Gemel.Bench.Soak;

/// <summary>What a soak does and how often.</summary>
/// <param name="Length">From the first sample to the last.</param>
/// <param name="Pace">What every interval below is divided by: 1 for hours, more for a short look.</param>
/// <param name="Server">The path of gemel.dll.</param>
/// <param name="Output">Where CSV, summary and plot are written.</param>
/// <param name="Folder">Where the data folder, backups and restored copies are.</param>
/// <param name="Speed">Plant seconds in a second.</param>
/// <param name="Seed">Of the moments of crashes.</param>
internal sealed record SoakOptions(TimeSpan Length, double Pace, string Server, string Output, string Folder, double Speed, int Seed)
{
    /// <summary>Twins whose every value is counted.</summary>
    public int Counters { get; init; } = 4;

    /// <summary>Values a second of each of them.</summary>
    public int Rate { get; init; } = 50;

    /// <summary>Backups that share a folder; then it is removed and a new one begun.</summary>
    public int BackupsPerFolder { get; init; } = 5;

    /// <summary>Of so many backups the last is restored, verified and read.</summary>
    public int BackupsPerRestore { get; init; } = 2;

    public TimeSpan SampleEvery => Paced(TimeSpan.FromSeconds(10));

    public TimeSpan CheckEvery => Paced(TimeSpan.FromSeconds(60));

    public TimeSpan BackupEvery => Paced(TimeSpan.FromMinutes(3));

    public TimeSpan PlotEvery => Paced(TimeSpan.FromMinutes(3));

    /// <summary>What a server needs to reach its ordinary size: not judged.</summary>
    public TimeSpan WarmUp => Paced(TimeSpan.FromMinutes(5));

    /// <summary>How far back a check reads; well within the retention of history.</summary>
    public TimeSpan Window => Paced(TimeSpan.FromMinutes(4));

    /// <summary>How the server runs: everything small and short, so that all of it happens often.</summary>
    public IReadOnlyDictionary<string, string> ServerSettings { get; } = new Dictionary<string, string>
    {
        ["GEMEL_JOURNALRETENTION"] = "2m",
        ["GEMEL_JOURNAL__SEGMENTBYTES"] = "4194304",
        ["GEMEL_HISTORYRETENTION"] = "8m",
        ["GEMEL_HISTORY__HOTAGE"] = "20s",
        ["GEMEL_HISTORY__HOTROWS"] = "100000",
        ["GEMEL_CHECKPOINT__INTERVAL"] = "30s",
        ["GEMEL_CHECKPOINT__BYTES"] = "4194304",
    };

    private TimeSpan Paced(TimeSpan interval) => interval / Pace;
}
