using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Requests;

/// <summary>Reads typed query parameters; an empty one counts as absent.</summary>
internal static class QueryParameters
{
    public static string? Text(this HttpRequest request, string name)
    {
        string? value = request.Query[name];
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>An RFC 3339 time; none where absent.</summary>
    /// <exception cref="GemelException">GMW010.</exception>
    public static Timestamp Time(this HttpRequest request, string name)
    {
        if (request.Text(name) is not { } text)
        {
            return Timestamp.None;
        }
        // A '+' of an offset that was not percent-encoded arrives as a space.
        return Timestamp.TryParse(text.Length > 6 && text[^6] == ' ' ? $"{text[..^6]}+{text[^5..]}" : text, out Timestamp time)
            ? time
            : throw Invalid(name, text, "a time as in 2026-01-31T12:00:00Z (RFC 3339, with Z or an offset)");
    }

    /// <exception cref="GemelException">GMW010.</exception>
    public static int Count(this HttpRequest request, string name, int absent, int most)
    {
        if (request.Text(name) is not { } text)
        {
            return absent;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? Math.Min(count, most)
            : throw Invalid(name, text, "a whole number of at least 1");
    }

    /// <exception cref="GemelException">GMW010.</exception>
    public static bool Flag(this HttpRequest request, string name)
    {
        string? text = request.Text(name);
        return text is not null && (bool.TryParse(text, out bool flag) ? flag : throw Invalid(name, text, "true or false"));
    }

    /// <summary>One of the named choices; the first where absent.</summary>
    /// <exception cref="GemelException">GMW010.</exception>
    public static string Choice(this HttpRequest request, string name, params ReadOnlySpan<string> choices)
    {
        if (request.Text(name) is not { } text)
        {
            return choices[0];
        }
        foreach (string choice in choices)
        {
            if (string.Equals(choice, text, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }
        throw Invalid(name, text, string.Join(" or ", choices!));
    }

    public static GemelException Invalid(string name, string value, string rule) => new(HttpErrors.InvalidParameter.With(name, value, rule));
}
