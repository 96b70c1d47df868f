using Gemel.Graph;
using Gemel.Journal;
using Gemel.Modeling;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Runs jobs, one at a time, and opens exports.</summary>
internal sealed class BulkService : IBulkService, IAsyncDisposable
{
    // Each keeps the rows as they were when it was opened.
    private const int MostExports = 8;

    private readonly ShardSet _shards;
    private readonly DurableClock _durable;
    private readonly SnapshotPins _pins;
    private readonly Func<Catalog> _catalog;
    private readonly ITwinStore _twins;
    private readonly IModelStore _models;
    private readonly ImportFolder _folder;
    private readonly JobTable _jobs;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private int _exports;
    private volatile Task _running = Task.CompletedTask;

    public BulkService(
        ShardSet shards, DurableClock durable, SnapshotPins pins, Func<Catalog> catalog, ITwinStore twins, IModelStore models,
        IJournalFiles files, DataFolder folder, TimeProvider clock, ILogger logger)
    {
        (_shards, _durable, _pins, _catalog, _twins, _models) = (shards, durable, pins, catalog, twins, models);
        (_clock, _logger) = (clock, logger);
        _folder = new ImportFolder(folder.Imports);
        _jobs = new JobTable(new JobFile(files, folder.Jobs, folder.Instance), clock, logger);
    }

    public Outcome<JobView> StartImport(string id, string input, string? output, Actor actor)
    {
        Outcome<FileStream> opened = _folder.Open(input);
        if (!opened.TryGetValue(out FileStream? content))
        {
            return Outcome<JobView>.Failure(opened.Errors);
        }
        Outcome<Job> begun = _jobs.Begin(JobKind.Import, id, input, output, content.Length);
        if (!begun.TryGetValue(out Job? job))
        {
            content.Dispose();
            return Outcome<JobView>.Failure(begun.Errors);
        }
        Outcome<FileStream?> made = output is null ? (FileStream?)null : _folder.Create(output) is var file && file.TryGetValue(out FileStream? log) ? log : Outcome<FileStream?>.Failure(file.Errors);
        if (!made.IsSuccess)
        {
            content.Dispose();
            _jobs.End(job, JobStatus.Failed, made.Errors);
            _jobs.Remove(id);
            return Outcome<JobView>.Failure(made.Errors);
        }
        JobView view = job.View;
        _running = Task.Run(async () =>
        {
            await using (content.ConfigureAwait(false))
            {
                await ImportAsync(job, content, made.Value, actor, job.Cancellation).ConfigureAwait(false);
            }
        });
        return view;
    }

    public async Task<Outcome<JobView>> ImportAsync(string id, Stream content, Actor actor, CancellationToken cancellationToken)
    {
        Outcome<Job> begun = _jobs.Begin(JobKind.Import, id, input: null, output: null, totalBytes: 0);
        if (!begun.TryGetValue(out Job? job))
        {
            return Outcome<JobView>.Failure(begun.Errors);
        }
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(job.Cancellation, cancellationToken);
        Task<JobView> run = ImportAsync(job, content, log: null, actor, either.Token);
        _running = run;
        return await run.ConfigureAwait(false);
    }

    public Outcome<JobView> StartDeletion(string id, TimeSpan timeout, Actor actor)
    {
        Outcome<Job> begun = _jobs.Begin(JobKind.Deletion, id, input: null, output: null, totalBytes: 0);
        if (!begun.TryGetValue(out Job? job))
        {
            return Outcome<JobView>.Failure(begun.Errors);
        }
        JobView view = job.View;
        _running = Task.Run(async () =>
        {
            using CancellationTokenSource late = new(timeout, _clock);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(job.Cancellation, late.Token);
            DeletionRun run = new(_shards, _durable, _pins, _twins, _models, () => _catalog().Models, job.Progress, actor);
            await RunAsync(job, () => run.RunAsync(either.Token), log: null, late.Token).ConfigureAwait(false);
        });
        return view;
    }

    public IReadOnlyList<JobView> List(JobKind kind) => _jobs.List(kind);

    public JobView? Find(JobKind kind, string id) => _jobs.Find(kind, id);

    public Outcome<JobView> Cancel(string id) => _jobs.Cancel(id);

    public Outcome<JobView> Remove(string id) => _jobs.Remove(id);

    public GraphExport OpenExport(BulkSections sections)
    {
        if (Interlocked.Increment(ref _exports) > MostExports)
        {
            Interlocked.Decrement(ref _exports);
            throw new GemelException(ClusterErrors.ExportLimit.With(MostExports));
        }
        while (true)
        {
            Catalog before = _catalog();
            (long commit, IDisposable pin) = _pins.PinNewest(_durable);
            if (ReferenceEquals(_catalog(), before))
            {
                return new GraphExport(_shards, before.Models, commit, pin, sections, _clock, () => Interlocked.Decrement(ref _exports));
            }
            // The models changed meanwhile: they and the twins would not be of one commit.
            pin.Dispose();
        }
    }

    /// <summary>Stops the running job; it is shown as failed by the next process.</summary>
    public async ValueTask DisposeAsync()
    {
        _jobs.StopAll();
        // However it ends: its caller is told, and what else must be closed waits for this.
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _jobs.Dispose();
    }

    private async Task<JobView> ImportAsync(Job job, Stream content, Stream? log, Actor actor, CancellationToken cancellationToken)
    {
        using JobLog lines = new(log, job.View.Id, _clock);
        ImportRun run = new(_twins, _models, () => _catalog().Models, job.Progress, lines, actor);
        return await RunAsync(job, () => run.RunAsync(content, cancellationToken), lines, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Runs a job to its end, whatever that is, and enters it.</summary>
    /// <param name="late">Ends when the job took too long.</param>
    private async Task<JobView> RunAsync(Job job, Func<Task> run, JobLog? log, CancellationToken late)
    {
        try
        {
            log?.Started();
            await run().ConfigureAwait(false);
            JobCounts counts = job.Progress.Counts;
            if (counts.Failed > 0)
            {
                return Fail(job, log, [ClusterErrors.JobIncomplete.With(counts.Failed), .. job.Progress.Errors]);
            }
            log?.Succeeded();
            return log?.Failure is { } broken ? Fail(job, log, [ClusterErrors.ImportLogBroken.With(broken)]) : _jobs.End(job, JobStatus.Succeeded, []);
        }
        catch (GemelException refused)
        {
            return Fail(job, log, [.. refused.Errors, .. job.Progress.Errors]);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return Fail(job, log, [ClusterErrors.JobTimedOut.With()]);
        }
        catch (OperationCanceledException) when (job.View.Status == JobStatus.Cancelling)
        {
            log?.Cancelled();
            return _jobs.End(job, JobStatus.Cancelled, []);
        }
        catch (OperationCanceledException) when (job.Cancellation.IsCancellationRequested)
        {
            return Fail(job, log, [ClusterErrors.JobInterrupted.With()]);
        }
        catch (Exception lost) when (lost is OperationCanceledException or IOException)
        {
            return Fail(job, log, [ClusterErrors.ImportBrokenOff.With(lost.Message)]);
        }
        catch (Exception fault)
        {
            Log.JobFaulted(_logger, job.View.Id, fault);
            return Fail(job, log, [ClusterErrors.JobFaulted.With(fault.Message)]);
        }
    }

    private JobView Fail(Job job, JobLog? log, IReadOnlyList<GemelError> errors)
    {
        log?.Failed([errors[0]]);
        return _jobs.End(job, JobStatus.Failed, [.. errors.Take(JobView.MostErrors)]);
    }
}
