using System.Globalization;

namespace Gemel.Bench.Soak;

/// <summary>Runs the demo plant fast against a server that is killed, backed up, restored and checked all the while.</summary>
/// <remarks>
/// Five loops beside each other: samples, crashes, checks, backups, reports; and the load: <c>gemel demo --url</c>, counting devices, a stream.
/// Invariant: one at a time ends the server or needs it to stay for a look (<see cref="_turn"/>); a backup holds no turn, a crash may cut it.
/// </remarks>
internal sealed class SoakRun(SoakOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan StopPromise = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    private readonly SoakJournal _journal = new(options.Output, clock);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, CounterLedger> _ledgers = Enumerable.Range(0, options.Counters).Select(i => new CounterLedger($"{SoakClient.Prefix}{i}")).ToDictionary(l => l.Twin);
    private SoakServer _server = null!;
    private SoakSample? _previous;
    private int _endings;

    /// <returns>Whether all is well.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        _server = await SoakServer.StartAsync(options, Path.Combine(options.Folder, "data"), Path.Combine(options.Output, "server.log"), clock, cancellationToken).ConfigureAwait(false);
        await using (_server.ConfigureAwait(false))
        {
            _journal.Add(SoakEventKind.Ready, _server.Recovery);
            using CancellationTokenSource load = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            List<Task> senders = [DemoAsync(load.Token), .. await StartDevicesAsync(load.Token).ConfigureAwait(false)];
            using CancellationTokenSource follow = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task following = new StreamWatcher(_server.Client.Http, _ledgers, _journal).RunAsync(follow.Token);
            using (CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                end.CancelAfter(options.Length - _journal.Elapsed);
                SoakBackups backups = new(options, _server, _journal, _ledgers.Values, () => Volatile.Read(ref _endings), clock);
                await Task.WhenAll(
                    EveryAsync(options.SampleEvery, SampleAsync, end.Token), DisturbAsync(end.Token), EveryAsync(options.CheckEvery, CheckAsync, end.Token),
                    EveryAsync(options.BackupEvery, backups.RunAsync, end.Token), EveryAsync(options.PlotEvery, ReportAsync, end.Token)).ConfigureAwait(false);
            }
            await load.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(senders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CheckAsync(cancellationToken).ConfigureAwait(false);
            await CheckStreamAsync(cancellationToken).ConfigureAwait(false);
            await follow.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await StopAsync(cancellationToken).ConfigureAwait(false);
        }
        return SoakReport.Write(options.Output);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _turn.Dispose();
    }

    private async Task<IEnumerable<Task>> StartDevicesAsync(CancellationToken cancellationToken)
    {
        await _server.Client.AddModelAsync(cancellationToken).ConfigureAwait(false);
        List<Task> devices = [];
        foreach (CounterLedger ledger in _ledgers.Values)
        {
            string secret = await _server.Client.AddCounterAsync(ledger.Twin, cancellationToken).ConfigureAwait(false);
            devices.Add(new CountingDevice("127.0.0.1", _server.MqttPort, secret, ledger, options.Rate, clock).RunAsync(cancellationToken));
        }
        return devices;
    }

    /// <summary>The plant, as everybody can run it beside a server; it must outlive every crash of it.</summary>
    private async Task DemoAsync(CancellationToken cancellationToken)
    {
        SoakProcess demo = SoakProcess.Start(
            options.Server,
            [
                "demo", "--url", _server.Http.ToString(), "--mqtt", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_server.MqttPort}"),
                "--key-file", _server.KeyFile, "--speed", options.Speed.ToString(CultureInfo.InvariantCulture),
            ],
            new Dictionary<string, string>(), Path.Combine(options.Output, "demo.log"));
        await using (demo.ConfigureAwait(false))
        {
            int code = await demo.ExitAsync(cancellationToken).ConfigureAwait(false);
            _journal.Add(SoakEventKind.Failure, text: string.Create(CultureInfo.InvariantCulture, $"the demo ended with {code}; see demo.log"));
        }
    }

    private async Task DisturbAsync(CancellationToken cancellationToken)
    {
        Random random = new(options.Seed);
        foreach (Disturbance next in SoakPlan.Of(options.Length, options.Pace, options.Seed))
        {
            if (!await WaitUntilAsync(next.At, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
            // Not cancelled in its middle: whoever comes after it finds the server ready.
            await InTurnAsync(() => EndAsync(next.Ending, random), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(Ending ending, Random random)
    {
        Interlocked.Increment(ref _endings);
        if (ending == Ending.Terminate)
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            await _server.KillAsync().ConfigureAwait(false);
            _journal.Add(SoakEventKind.Kill);
        }
        _server.Launch();
        if (ending == Ending.KillTwice)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1_500)), clock, CancellationToken.None).ConfigureAwait(false);
            await _server.KillAsync().ConfigureAwait(false);
            _journal.Add(SoakEventKind.KillInRecovery);
            _server.Launch();
        }
        _journal.Add(SoakEventKind.Ready, await _server.WaitUntilReadyAsync(CancellationToken.None).ConfigureAwait(false));
        Interlocked.Increment(ref _endings);
        await CompareAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        long begin = clock.GetTimestamp();
        int code = await _server.TerminateAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan took = clock.GetElapsedTime(begin);
        _journal.Add(SoakEventKind.Stop, took);
        if (code != 0 || took > StopPromise)
        {
            _journal.Add(SoakEventKind.Failure, took, string.Create(CultureInfo.InvariantCulture, $"SIGTERM: exit code {code} after {took.TotalSeconds:0.0} s"));
        }
    }

    private Task CheckAsync(CancellationToken cancellationToken) => InTurnAsync(() => CompareAsync(cancellationToken), cancellationToken);

    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        long begin = clock.GetTimestamp();
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<string> wrong = await CounterCheck.RunAsync(_server.Client, _ledgers.Values, now - options.Window, now, cancellationToken).ConfigureAwait(false);
        foreach (string finding in wrong)
        {
            _journal.Add(SoakEventKind.Failure, text: finding);
        }
        _journal.Add(SoakEventKind.Check, clock.GetElapsedTime(begin));
    }

    /// <summary>What was acknowledged comes on the stream once its follower has caught up.</summary>
    private async Task CheckStreamAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset late = clock.GetUtcNow() + Drain;
        List<string> missing;
        do
        {
            await Task.Delay(options.SampleEvery / 10, clock, cancellationToken).ConfigureAwait(false);
            missing = [.. _ledgers.Values.Select(l => l.Unseen(DateTimeOffset.MaxValue)).OfType<string>()];
        }
        while (missing.Count > 0 && clock.GetUtcNow() < late);
        missing.ForEach(finding => _journal.Add(SoakEventKind.Failure, text: finding));
    }

    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        if (_server.Process is not { } process)
        {
            if (_turn.CurrentCount > 0 && !_server.IsAlive)
            {
                _journal.Add(SoakEventKind.Failure, text: "the server has ended by itself; see server.log");
            }
            return;
        }
        int endings = Volatile.Read(ref _endings);
        try
        {
            SoakSample sample = await new SoakProbe(_server, _previous).TakeAsync(_journal.Elapsed, process, _ledgers.Values.Sum(l => l.Acknowledged), cancellationToken).ConfigureAwait(false);
            _journal.Add(sample);
            _previous = sample;
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or UnauthorizedAccessException && endings != Volatile.Read(ref _endings))
        {
            // Ended while it was looked at.
        }
    }

    private Task ReportAsync(CancellationToken cancellationToken)
    {
        SoakReport.Write(options.Output);
        return Task.CompletedTask;
    }

    private async Task InTurnAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Works at each interval until the end; a failure of the work is a failure of the soak, which goes on.</summary>
    private async Task EveryAsync(TimeSpan interval, Func<CancellationToken, Task> work, CancellationToken end)
    {
        using PeriodicTimer timer = new(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(end).ConfigureAwait(false))
            {
                try
                {
                    await work(end).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is not OperationCanceledException || !end.IsCancellationRequested)
                {
                    _journal.Add(SoakEventKind.Failure, text: failure.ToString());
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Over.
        }
    }

    private async Task<bool> WaitUntilAsync(TimeSpan at, CancellationToken end)
    {
        TimeSpan wait = at - _journal.Elapsed;
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !end.IsCancellationRequested;
    }
}
