using System.Text.RegularExpressions;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Guides;

/// <summary>What a step of a page is for.</summary>
internal enum GuideStepKind
{
    /// <summary>Commands that end, and succeed.</summary>
    Run,

    /// <summary>A server that stays until it is stopped: the block after <c>&lt;!-- serve --&gt;</c>.</summary>
    Serve,

    /// <summary>The server is stopped: <c>&lt;!-- stop --&gt;</c>.</summary>
    Stop,
}

/// <param name="Text">Of the block; empty for a stop.</param>
internal sealed record GuideStep(GuideStepKind Kind, string Text);

/// <summary>A how-to page: its shell blocks in their order, and its words.</summary>
internal sealed partial class GuidePage(string name)
{
    private readonly string _text = File.ReadAllText(Path.Combine(Places.Root, "docs", "how-to", name));

    public IEnumerable<GuideStep> Steps
    {
        get
        {
            foreach (Match match in Block().Matches(_text))
            {
                if (match.Groups["mark"].Value == "stop")
                {
                    yield return new GuideStep(GuideStepKind.Stop, "");
                }
                yield return new GuideStep(match.Groups["mark"].Value == "serve" ? GuideStepKind.Serve : GuideStepKind.Run, match.Groups["text"].Value);
            }
        }
    }

    /// <summary>Names of metrics that it tells of.</summary>
    public IReadOnlySet<string> Metrics => MetricsOf(_text);

    public static IReadOnlySet<string> MetricsOf(string text) => Metric().Matches(text).Select(match => match.Value).ToHashSet();

    [GeneratedRegex(@"(<!-- (?<mark>serve|stop) -->\n)?```sh\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("gemel_[a-z0-9_]+[a-z0-9]")]
    private static partial Regex Metric();
}
