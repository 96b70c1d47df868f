namespace Gemel.Server.Demo.Board;

/// <summary>Says in one line what an operator would want to know of a change; most changes are not worth one.</summary>
internal static class BoardNarrator
{
    private const double VibrationAlarm = 0.45;

    /// <returns>Null where there is nothing to say.</returns>
    public static string? Tell(BoardChange change)
    {
        (string twin, BoardValue? before, BoardValue after) = change;
        if (after.Quality != (before?.Quality ?? "good"))
        {
            return $"{twin}: {after.Path} is {after.Quality}";
        }
        return (after.Path, after.Text) switch
        {
            ("running", "true") => $"{twin}: started",
            ("running", "false") when before is not null => $"{twin}: stopped",
            ("highLevel", "true") => $"{twin}: level is high",
            ("highLevel", "false") when before is not null => $"{twin}: level is normal again",
            ("state", _) when before is not null => $"{twin}: {after.Text}",
            ("bearing.vibration", _) when Rises(before, after) => $"{twin}: bearing vibration {after.Text} cm/s is above {VibrationAlarm} (ISO 20816 zone C)",
            _ => null,
        };
    }

    private static bool Rises(BoardValue? before, BoardValue after) => !IsAlarming(before) && IsAlarming(after);

    private static bool IsAlarming(BoardValue? value) =>
        double.TryParse(value?.Text, System.Globalization.CultureInfo.InvariantCulture, out double vibration) && vibration > VibrationAlarm;
}
