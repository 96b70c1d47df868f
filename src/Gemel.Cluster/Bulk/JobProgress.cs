namespace Gemel.Cluster;

/// <summary>Counts of a running job and its first errors.</summary>
/// <remarks>Threading: written by the job alone, read by anyone.</remarks>
internal sealed class JobProgress(JobCounts begun)
{
    private readonly Lock _gate = new();
    private readonly List<GemelError> _errors = [];
    private JobCounts _counts = begun;

    public JobCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    /// <summary>The first errors of lines, <see cref="JobView.MostErrors"/> of them.</summary>
    public IReadOnlyList<GemelError> Errors
    {
        get
        {
            lock (_gate)
            {
                return [.. _errors];
            }
        }
    }

    public void Count(ImportSection section, int count = 1)
    {
        lock (_gate)
        {
            _counts = section switch
            {
                ImportSection.Models => _counts with { Models = _counts.Models + count },
                ImportSection.Twins => _counts with { Twins = _counts.Twins + count },
                _ => _counts with { Relationships = _counts.Relationships + count },
            };
        }
    }

    /// <summary>Counts one line, or element, that was not taken, however many errors it has.</summary>
    public void Fail(IEnumerable<GemelError> errors)
    {
        lock (_gate)
        {
            _counts = _counts with { Failed = _counts.Failed + 1 };
            _errors.AddRange(errors.Take(JobView.MostErrors - _errors.Count));
        }
    }

    public void Read(long bytes)
    {
        lock (_gate)
        {
            _counts = _counts with { Bytes = bytes };
        }
    }
}
