using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary>A bar for what lasts, where a person watches.</summary>
internal static class Progress
{
    // Fewer are over before a bar could be read.
    private const int LeastShown = 20;

    /// <summary>Does the work for each element, one after the other.</summary>
    public static async Task RunAsync<T>(IAnsiConsole console, string title, IReadOnlyList<T> elements, Func<T, Task> work)
    {
        if (!console.Profile.Capabilities.Interactive || elements.Count < LeastShown)
        {
            await EachAsync(elements, work).ConfigureAwait(false);
            return;
        }
        await console.Progress().StartAsync(async progress =>
        {
            ProgressTask bar = progress.AddTask(Markup.Escape(title), maxValue: elements.Count);
            await EachAsync(elements, async element =>
            {
                await work(element).ConfigureAwait(false);
                bar.Increment(1);
            }).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static async Task EachAsync<T>(IReadOnlyList<T> elements, Func<T, Task> work)
    {
        foreach (T element in elements)
        {
            await work(element).ConfigureAwait(false);
        }
    }
}
