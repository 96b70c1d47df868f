using System.Globalization;

namespace Gemel;

/// <summary>One error: what, which, found, expected, where, and what to do.</summary>
public sealed class GemelError(ErrorCode code, IReadOnlyList<object?> arguments)
{
    public ErrorCode Code { get; } = code;

    public IReadOnlyList<object?> Arguments { get; } = arguments;

    /// <summary>Document (its name or number), line and column; null where the input has no lines.</summary>
    public TextPosition? Position { get; init; }

    /// <summary>The element within the input, as a JSON pointer, path or name; null where there is none.</summary>
    public string? Target { get; init; }

    /// <summary>Cause and action in one line, without code and position. Control characters of what the caller sent stand as <c>\u000A</c>:
    /// messages go to logs and terminals.</summary>
    public string Message
    {
        get
        {
            object?[] values = [.. Arguments.Select(Shown)];
            string cause = string.Format(CultureInfo.InvariantCulture, Code.Cause, values);
            return Code.Action.Length == 0 ? cause : $"{cause} {string.Format(CultureInfo.InvariantCulture, Code.Action, values)}";
        }
    }

    private static object? Shown(object? argument)
    {
        return argument is string text && text.Any(char.IsControl)
            ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString()))
            : argument;
    }

    public GemelError At(TextPosition position, string? target = null) => new(Code, Arguments) { Position = position, Target = target ?? Target };

    public GemelError On(string target) => new(Code, Arguments) { Position = Position, Target = target };

    public override string ToString() => Position is { } at ? $"{Code.Code} at {at}: {Message}" : $"{Code.Code}: {Message}";
}

/// <summary>A place in a text.</summary>
/// <param name="Document">File name or number of the document; null where there is only one text.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
public readonly record struct TextPosition(string? Document, int Line, int Column)
{
    public override string ToString() => Document is null ? $"{Line}:{Column}" : $"{Document}:{Line}:{Column}";
}
