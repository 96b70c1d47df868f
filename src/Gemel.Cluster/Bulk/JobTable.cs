using Gemel.Journal;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>All jobs that are not forgotten yet, of which at most one is not over; kept on disk, so that a restart forgets none.</summary>
/// <remarks>A job that was running when the process ended is shown as failed by the next one. What cannot be written is logged: a job
/// does not depend on it, nor does a start: a damaged file is set aside.</remarks>
internal sealed class JobTable : IDisposable
{
    private const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly JobFile _file;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SortedDictionary<(JobKind Kind, string Id), Job> _jobs;

    /// <exception cref="GemelException">The file of jobs is from a newer version, or another instance's.</exception>
    public JobTable(JobFile file, TimeProvider clock, ILogger logger)
    {
        (_file, _clock, _logger) = (file, clock, logger);
        _jobs = new(Comparer<(JobKind Kind, string Id)>.Create((a, b) => a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.Id, b.Id)));
        foreach (JobView kept in ReadOrSetAside())
        {
            Job job = new(kept);
            if (!kept.IsOver)
            {
                job.Move(JobStatus.Failed, Now, [ClusterErrors.JobInterrupted.With()]);
            }
            _jobs.Add((kept.Kind, kept.Id), job);
        }
    }

    private Timestamp Now => Timestamp.From(_clock.GetUtcNow());

    /// <summary>Enters a job that begins to run.</summary>
    public Outcome<Job> Begin(JobKind kind, string id, string? input, string? output, long totalBytes)
    {
        if (!TwinId.TryCreate(id, out _))
        {
            return CommonErrors.InvalidId.With("job", id, "is not one");
        }
        lock (_gate)
        {
            Forget();
            if (_jobs.ContainsKey((kind, id)))
            {
                return ClusterErrors.JobExists.With(id);
            }
            if (_jobs.Values.FirstOrDefault(job => !job.View.IsOver) is { } running)
            {
                return ClusterErrors.JobLimit.With(running.View.Id);
            }
            Timestamp now = Now;
            Job begun = new(new JobView(
                kind, id, input, output, JobStatus.Running, now, now, null, new Timestamp(now.Ticks + Job.KeptFor.Ticks), default(JobCounts) with { TotalBytes = totalBytes }, []));
            _jobs.Add((kind, id), begun);
            Save();
            return begun;
        }
    }

    public JobView End(Job job, JobStatus status, IReadOnlyList<GemelError> errors)
    {
        lock (_gate)
        {
            job.Move(status, Now, errors);
            Save();
            return job.View;
        }
    }

    public IReadOnlyList<JobView> List(JobKind kind)
    {
        lock (_gate)
        {
            Forget();
            return [.. _jobs.Values.Select(job => job.View).Where(view => view.Kind == kind)];
        }
    }

    public JobView? Find(JobKind kind, string id)
    {
        lock (_gate)
        {
            Forget();
            return _jobs.TryGetValue((kind, id), out Job? job) ? job.View : null;
        }
    }

    public Outcome<JobView> Cancel(string id)
    {
        lock (_gate)
        {
            if (!_jobs.TryGetValue((JobKind.Import, id), out Job? job))
            {
                return ClusterErrors.ImportNotFound.With(id);
            }
            if (job.View.IsOver)
            {
                return ClusterErrors.JobIsOver.With(id, job.View.Status);
            }
            job.Move(JobStatus.Cancelling, Now);
            job.Stop();
            Save();
            return job.View;
        }
    }

    public Outcome<JobView> Remove(string id)
    {
        lock (_gate)
        {
            if (!_jobs.TryGetValue((JobKind.Import, id), out Job? job))
            {
                return ClusterErrors.ImportNotFound.With(id);
            }
            JobView view = job.View;
            if (!view.IsOver)
            {
                return ClusterErrors.JobRuns.With(id);
            }
            Drop(job);
            Save();
            return view;
        }
    }

    /// <summary>Asks the running job to stop.</summary>
    public void StopAll()
    {
        lock (_gate)
        {
            foreach (Job job in _jobs.Values.Where(job => !job.View.IsOver))
            {
                job.Stop();
            }
        }
    }

    public void Dispose()
    {
        foreach (Job job in _jobs.Values)
        {
            job.Dispose();
        }
    }

    private IReadOnlyList<JobView> ReadOrSetAside()
    {
        try
        {
            return _file.Read();
        }
        catch (GemelException damaged) when (damaged.Error.Code == JournalErrors.DocumentDamaged)
        {
            Log.JobsForgotten(_logger, damaged.Message, _file.SetAside());
            return [];
        }
    }

    private void Forget()
    {
        Timestamp now = Now;
        foreach (Job old in _jobs.Values.Where(job => job.View.IsOver && job.View.Purge.Ticks <= now.Ticks).ToArray())
        {
            Drop(old);
        }
        foreach (Job old in _jobs.Values.Where(job => job.View.IsOver).OrderBy(job => job.View.LastAction.Ticks).Take(Math.Max(0, _jobs.Count - Most + 1)).ToArray())
        {
            Drop(old);
        }
    }

    private void Drop(Job job)
    {
        _jobs.Remove((job.View.Kind, job.View.Id));
        job.Dispose();
    }

    private void Save()
    {
        try
        {
            _file.Write([.. _jobs.Values.Select(job => job.View)]);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Log.JobsNotKept(_logger, refused.Message);
        }
    }
}
