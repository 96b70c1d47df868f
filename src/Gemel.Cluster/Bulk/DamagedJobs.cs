using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>What is known of jobs, where it can no longer be read: a start sets it aside, and so does a repair.</summary>
public static class DamagedJobs
{
    /// <returns>Whether the file was damaged; it lies beside its place then, and jobs begin anew.</returns>
    /// <exception cref="GemelException">GMJ002, it is from a newer version; GMJ005, another instance's.</exception>
    public static bool TrySetAside(IJournalFiles disk, DataFolder folder)
    {
        JobFile file = new(disk, folder.Jobs, folder.Instance);
        try
        {
            file.Read();
            return false;
        }
        catch (GemelException damaged) when (damaged.Error.Code == JournalErrors.DocumentDamaged)
        {
            file.SetAside();
            return true;
        }
    }
}
