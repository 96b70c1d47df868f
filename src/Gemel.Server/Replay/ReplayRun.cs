using Gemel.Ingest;
using Gemel.Server.Clients;
using Gemel.Server.CommandLine;
using Spectre.Console;

namespace Gemel.Server.Replay;

/// <summary>What <c>gemel replay</c> was asked for.</summary>
/// <param name="Device">The device that the file stands for, whoever sends it; null where none is named.</param>
internal sealed record ReplayRequest(string File, string MapFile, DeviceAccount Account, string? Device, ReplayOptions Options);

/// <summary>The command <c>gemel replay</c>: reads mapping and file, publishes, shows progress.</summary>
internal sealed class ReplayRun(ReplayRequest request, Terminal terminal, TimeProvider clock)
{
    private const int MostProblemsShown = 20;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    private long _problems;

    /// <returns>0 where everything was taken, else 1; 2 where mapping and file do not fit.</returns>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        Outcome<ReplaySource> prepared = await PrepareAsync(cancellationToken).ConfigureAwait(false);
        if (!prepared.TryGetValue(out ReplaySource? source))
        {
            Exit.Fail(prepared.Errors, terminal.Error);
            return Exit.Usage;
        }
        await using var link = new MqttDeviceLink(request.Account, clock);
        var publisher = new ReplayPublisher(link, request.Options.InFlight, clock);
        Task publishing = publisher.RunAsync(source.MessagesAsync(cancellationToken), cancellationToken);
        await ShowProgressAsync(publishing, source, publisher).ConfigureAwait(false);
        Show(source.TakeProblems());
        ShowSummary(source.Rows, publisher.Counts);
        await publishing.ConfigureAwait(false);
        return publisher.Counts is { Refused: 0, RejectedValues: 0 } && _problems == 0 ? Exit.Ok : Exit.Failed;
    }

    private async Task<Outcome<ReplaySource>> PrepareAsync(CancellationToken cancellationToken)
    {
        string text = await ReadAsync(request.MapFile, () => File.ReadAllTextAsync(request.MapFile, cancellationToken)).ConfigureAwait(false);
        Outcome<Mapping> read = MappingReader.Read(text, request.MapFile);
        if (!read.TryGetValue(out Mapping? mapping))
        {
            return Outcome<ReplaySource>.Failure(read.Errors);
        }
        using CsvSource probe = await ReadAsync(request.File, () => Task.FromResult(CsvSource.Open(request.File, mapping.Csv))).ConfigureAwait(false);
        Outcome<RowPlan> planned = RowPlan.Create(mapping, probe.Columns, Path.GetFileName(request.File), request.Device);
        return planned.TryGetValue(out RowPlan? plan)
            ? new ReplaySource(() => CsvSource.Open(request.File, mapping.Csv), plan, request.Options, clock)
            : Outcome<ReplaySource>.Failure(planned.Errors);
    }

    private static async Task<T> ReadAsync<T>(string file, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(ServerErrors.FileUnreadable.With(file, unreadable.Message), unreadable);
        }
    }

    private async Task ShowProgressAsync(Task publishing, ReplaySource source, ReplayPublisher publisher)
    {
        if (!terminal.Console.Profile.Capabilities.Interactive)
        {
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        await terminal.Console.Status().StartAsync("Connecting", async context =>
        {
            using var timer = new PeriodicTimer(RefreshInterval, clock);
            while (!publishing.IsCompleted && await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                ReplayCounts counts = publisher.Counts;
                context.Status($"{source.Rows:N0} rows, {counts.Taken:N0} of {counts.Sent:N0} messages acknowledged, {counts.Resent:N0} sent again");
            }
        }).ConfigureAwait(false);
    }

    private void ShowSummary(long rows, ReplayCounts counts)
    {
        terminal.WriteLine(
            $"{rows} rows; {counts.Sent} messages sent, {counts.Taken} taken, {counts.Refused} refused, {counts.Resent} sent again; {counts.RejectedValues} values rejected");
        if (counts.LastRefusal is { } reason)
        {
            terminal.WriteLine($"The last refusal: {(reason.Length == 0 ? "no reason given" : reason)}");
        }
    }

    private void Show(IReadOnlyList<GemelError> errors)
    {
        _problems += errors.Count;
        foreach (GemelError error in errors.Take(MostProblemsShown))
        {
            terminal.Error.WriteLine($"gemel: {error}");
        }
        if (errors.Count > MostProblemsShown)
        {
            terminal.Error.WriteLine($"gemel: and {errors.Count - MostProblemsShown} more");
        }
    }
}
