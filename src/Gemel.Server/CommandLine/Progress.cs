using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary>A bar for what lasts, where a person watches.</summary>
internal static class Progress
{
    // Fewer are over before a bar could be read.
    private const int LeastShown = 20;

    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

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

    /// <summary>Shows how far <paramref name="work"/> is until it is over, however it ends; does not throw what it throws.</summary>
    /// <param name="total">Bytes; 0 where it is not known.</param>
    /// <param name="done">Bytes so far.</param>
    public static async Task WatchAsync(IAnsiConsole console, string title, long total, Task work, Func<long> done)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            return;
        }
        ProgressColumn[] columns = total > 0
            ? [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()]
            : [new TaskDescriptionColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new SpinnerColumn()];
        await console.Progress().Columns(columns).StartAsync(async progress =>
        {
            ProgressTask bar = progress.AddTask(Markup.Escape(title), maxValue: total > 0 ? total : double.MaxValue);
            while (!work.IsCompleted)
            {
                bar.Value = done();
                await Task.WhenAny(work, Task.Delay(Refresh, TimeProvider.System)).ConfigureAwait(false);
            }
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
