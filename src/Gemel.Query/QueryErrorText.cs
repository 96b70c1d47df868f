using System.Text;

namespace Gemel.Query;

/// <summary>Shows an error of a query within its text, for people.</summary>
public static class QueryErrorText
{
    /// <summary>Code and place, cause, the line with a caret under the place, and what to do.</summary>
    /// <param name="text">The query.</param>
    public static string Format(string text, GemelError error)
    {
        object?[] arguments = [.. error.Arguments];
        StringBuilder shown = new();
        shown.Append(error.Code.Code).Append(error.Position is { } at ? $" at {at}: " : ": ");
        shown.Append(string.Format(System.Globalization.CultureInfo.InvariantCulture, error.Code.Cause, arguments)).Append('\n');
        if (error.Position is { } position)
        {
            string line = text.Split('\n')[position.Line - 1].TrimEnd('\r');
            shown.Append("  ").Append(line).Append('\n').Append(' ', position.Column + 1).Append("^\n");
        }
        return shown.Append(string.Format(System.Globalization.CultureInfo.InvariantCulture, error.Code.Action, arguments)).ToString().TrimEnd();
    }
}
