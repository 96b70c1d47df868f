using System.Globalization;

namespace Gemel.Bench.Soak;

/// <summary>What happened in a soak.</summary>
internal enum SoakEventKind
{
    /// <summary>The server was killed.</summary>
    Kill,

    /// <summary>It was killed while it recovered.</summary>
    KillInRecovery,

    /// <summary>It ended by SIGTERM; seconds until it was gone.</summary>
    Stop,

    /// <summary>It took work; seconds since its start.</summary>
    Ready,

    /// <summary>A backup was made; seconds it took.</summary>
    Backup,

    /// <summary>A crash came in the way of a backup, as it may.</summary>
    BackupCut,

    /// <summary>A backup was restored, verified and read; seconds it took.</summary>
    Restore,

    /// <summary>All counters were compared; seconds it took.</summary>
    Check,

    /// <summary>Something is wrong: the soak has failed.</summary>
    Failure,
}

/// <param name="Time">Seconds since the begin.</param>
internal sealed record SoakEvent(double Time, SoakEventKind Kind, double Seconds, string Text)
{
    public const string Header = "time,kind,seconds,text";

    /// <remarks>The text is last and has no line breaks, so that it needs no quotes.</remarks>
    public string Row() => string.Create(CultureInfo.InvariantCulture, $"{Time:0.###},{Kind},{Seconds:0.###},{Text.ReplaceLineEndings(" ")}");

    /// <param name="lines">With the header.</param>
    public static IReadOnlyList<SoakEvent> Read(IEnumerable<string> lines) =>
    [
        .. lines.Skip(1).Select(l => l.Split(',', 4)).Where(cells => cells.Length == 4).Select(cells => new SoakEvent(
            double.Parse(cells[0], CultureInfo.InvariantCulture), Enum.Parse<SoakEventKind>(cells[1]), double.Parse(cells[2], CultureInfo.InvariantCulture), cells[3])),
    ];
}
