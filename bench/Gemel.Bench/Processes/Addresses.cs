using System.Text.RegularExpressions;

namespace Gemel.Bench.Processes;

/// <param name="Mqtt">Host and port.</param>
internal sealed partial record Addresses(Uri Http, string Mqtt)
{
    /// <summary>From the line that a server prints once it listens.</summary>
    public static Addresses Parse(string line)
    {
        Match http = HttpPattern().Match(line);
        Match mqtt = MqttPattern().Match(line);
        return http.Success && mqtt.Success
            ? new Addresses(new Uri(http.Value), mqtt.Groups[1].Value)
            : throw new InvalidOperationException($"The server's first line names no addresses: {line}");
    }

    [GeneratedRegex(@"http://[\d.]+:\d+")]
    private static partial Regex HttpPattern();

    [GeneratedRegex(@"mqtt://([\d.]+:\d+)")]
    private static partial Regex MqttPattern();
}
