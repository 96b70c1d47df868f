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

    /// <summary>Does work that tells how many bytes of how many are done.</summary>
    public static async Task<T> RunAsync<T>(IAnsiConsole console, string title, Func<Action<long, long>, Task<T>> work)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            return await work((_, _) => { }).ConfigureAwait(false);
        }
        return await console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new RemainingTimeColumn()).StartAsync(progress =>
        {
            ProgressTask bar = progress.AddTask(Markup.Escape(title));
            return work((done, all) =>
            {
                bar.MaxValue = Math.Max(all, 1);
                bar.Value = done;
            });
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
