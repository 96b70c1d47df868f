namespace Gemel.Security;

/// <summary>Text of strangers in logs: one line, short, and without keys (ASVS 16.2.5, 16.4.1).</summary>
public static class LogText
{
    private const int Longest = 200;

    /// <summary>Control characters become spaces, keys are masked, what is long is cut.</summary>
    public static string Of(string? text)
    {
        string masked = ApiKey.Mask(text ?? "");
        string cut = masked.Length <= Longest ? masked : masked[..Longest] + "…";
        return string.Create(cut.Length, cut, static (line, from) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                // Line and paragraph separators end lines in some viewers, too.
                line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
            }
        });
    }
}
