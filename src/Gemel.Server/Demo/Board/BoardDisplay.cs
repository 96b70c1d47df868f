using System.Text.Json;
using Spectre.Console;

namespace Gemel.Server.Demo.Board;

/// <summary>Shows a board in the terminal: a live table for people, a line per event of importance where the output is no terminal.</summary>
internal sealed class BoardDisplay(ChangeStream changes, TwinBoard board, UnitSymbols units, IAnsiConsole console, TimeProvider clock)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        console.Profile.Capabilities.Interactive ? RunTableAsync(cancellationToken) : RunLinesAsync(cancellationToken);

    private async Task RunLinesAsync(CancellationToken cancellationToken)
    {
        await foreach (JsonElement change in changes.EventsAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (string line in board.Apply(change).Select(BoardNarrator.Tell).OfType<string>())
            {
                console.WriteLine($"{clock.GetUtcNow():HH:mm:ss} {line}");
            }
        }
    }

    private async Task RunTableAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task following = FollowAsync(end.Token);
        try
        {
            await console.Live(Draw()).StartAsync(async context =>
            {
                using var timer = new PeriodicTimer(RefreshInterval, clock);
                while (!following.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                {
                    context.UpdateTarget(Draw());
                }
            }).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await following.ConfigureAwait(false);
    }

    private Spectre.Console.Rendering.IRenderable Draw() => BoardTable.Draw(board.Twins, units, Timestamp.From(clock.GetUtcNow()), console.Profile.Width);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (JsonElement change in changes.EventsAsync(cancellationToken).ConfigureAwait(false))
        {
            board.Apply(change);
        }
    }
}
