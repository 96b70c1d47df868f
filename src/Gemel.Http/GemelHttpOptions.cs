using Microsoft.Extensions.Options;

namespace Gemel.Http;

/// <summary>Settings of the HTTP door; configuration section <see cref="Section"/>.</summary>
public sealed class GemelHttpOptions
{
    public const string Section = "Http";

    /// <summary>Where clients reach this server, as links in answers name it; null takes scheme and host of the request.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Origins (<c>https://host</c>) whose pages may open WebSockets beside this server's own.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>Largest body that is read.</summary>
    public long MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Most rows of one page of a list, and the number where the client asks for none.</summary>
    public int MaxPageRows { get; set; } = 1_000;

    /// <summary>Most points, or buckets, per path on one page of history; without a limit a page holds <see cref="MaxPageRows"/>.</summary>
    public int MaxHistoryPoints { get; set; } = 100_000;

    /// <summary>Most items of one body of device data.</summary>
    public int MaxDataItems { get; set; } = 10_000;

    /// <summary>Deepest nesting of JSON that is read.</summary>
    public int MaxJsonDepth { get; set; } = 64;

    /// <summary>Longest silence on a stream of events before a comment is sent.</summary>
    public TimeSpan StreamKeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Most connections open at once, streams and MQTT over WebSocket included; more are closed unheard.</summary>
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>How long the head of a request may take.</summary>
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Most streams of events open at once.</summary>
    public int MaxStreams { get; set; } = 1_000;
}

/// <summary>Refuses settings at start: name, value, rule.</summary>
internal sealed class GemelHttpOptionsValidator : IValidateOptions<GemelHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, GemelHttpOptions options)
    {
        List<string> problems = [];
        if (options.PublicUrl is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0))
        {
            problems.Add($"Http:PublicUrl is '{url}'; it must be an absolute http or https address without query and fragment.");
        }
        Require(problems, "MaxBodyBytes", options.MaxBodyBytes, least: 1_024, most: 1L << 30);
        Require(problems, "MaxPageRows", options.MaxPageRows, least: 1, most: 100_000);
        Require(problems, "MaxHistoryPoints", options.MaxHistoryPoints, least: 1, most: 10_000_000);
        Require(problems, "MaxDataItems", options.MaxDataItems, least: 1, most: 1_000_000);
        Require(problems, "MaxJsonDepth", options.MaxJsonDepth, least: 8, most: 1_000);
        Require(problems, "MaxConnections", options.MaxConnections, least: 1, most: 1_000_000);
        if (options.HeadTimeout < TimeSpan.FromSeconds(1) || options.HeadTimeout > TimeSpan.FromMinutes(5))
        {
            problems.Add($"Http:HeadTimeout is {options.HeadTimeout}; it must be between 00:00:01 and 00:05:00.");
        }
        Require(problems, "MaxStreams", options.MaxStreams, least: 1, most: 100_000);
        if (options.StreamKeepAlive < TimeSpan.FromSeconds(1) || options.StreamKeepAlive > TimeSpan.FromMinutes(5))
        {
            problems.Add($"Http:StreamKeepAlive is {options.StreamKeepAlive}; it must be between 00:00:01 and 00:05:00.");
        }
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Require(List<string> problems, string setting, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            problems.Add($"Http:{setting} is {value}; it must be between {least} and {most}.");
        }
    }
}
