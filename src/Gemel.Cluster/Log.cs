using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Log messages of the cluster; event ids 2000–2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Error, "Commit {Commit} failed and was rolled back; the instance is read-only: {Reason}")]
    public static partial void CommitFailed(ILogger logger, long commit, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "The journal still cannot be written: {Reason}")]
    public static partial void StillReadOnly(ILogger logger, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "The journal takes commits again after {Commit}")]
    public static partial void CommitsResumed(ILogger logger, long commit);

    [LoggerMessage(2010, LogLevel.Information, "Recovered {Twins} twins at commit {Commit}: checkpoint {Checkpoint}, {Replayed} commits replayed in {Elapsed}")]
    public static partial void Recovered(ILogger logger, long twins, long commit, long checkpoint, long replayed, TimeSpan elapsed);

    [LoggerMessage(2014, LogLevel.Warning, "History could not take the last {Commits} commits; it does at the next start")]
    public static partial void HistoryLeftBehind(ILogger logger, long commits);

    [LoggerMessage(2015, LogLevel.Warning, "History could not take the commits {First} to {Last}; they are tried again")]
    public static partial void HistoryFailed(ILogger logger, long first, long last, Exception failure);

    [LoggerMessage(2016, LogLevel.Information, "Backup of commit {Commit} begun: {Files} files of {Bytes} bytes")]
    public static partial void BackupBegun(ILogger logger, long commit, int files, long bytes);

    [LoggerMessage(2017, LogLevel.Information, "Backup of commit {Commit} ended")]
    public static partial void BackupEnded(ILogger logger, long commit);

    [LoggerMessage(2018, LogLevel.Error, "{Reason}")]
    public static partial void IngestRefused(ILogger logger, string reason);

    [LoggerMessage(2019, LogLevel.Warning, "Device data is taken again: {FreeMegabytes} MB are free")]
    public static partial void IngestResumed(ILogger logger, string freeMegabytes);

    [LoggerMessage(2013, LogLevel.Critical, "The instance could not start")]
    public static partial void StartFailed(ILogger logger, Exception fault);

    [LoggerMessage(2011, LogLevel.Information, "Wrote the checkpoint of commit {Commit}: {Twins} twins in {Elapsed}")]
    public static partial void CheckpointWritten(ILogger logger, long commit, long twins, TimeSpan elapsed);

    [LoggerMessage(2012, LogLevel.Warning, "The checkpoint of commit {Commit} failed; the one before still holds")]
    public static partial void CheckpointFailed(ILogger logger, long commit, Exception failure);

    [LoggerMessage(2019, LogLevel.Warning, "The backup goes on from the checkpoint before, for a new one could not be written: {Reason}")]
    public static partial void BackupWithoutCheckpoint(ILogger logger, string reason);

    [LoggerMessage(2020, LogLevel.Warning, "What is known of jobs could not be kept on disk: {Reason}")]
    public static partial void JobsNotKept(ILogger logger, string reason);

    [LoggerMessage(2021, LogLevel.Error, "The job {Job} failed by a fault")]
    public static partial void JobFaulted(ILogger logger, string job, Exception fault);

    [LoggerMessage(2022, LogLevel.Warning, "What was known of jobs is forgotten, nothing else depends on it: {Damage} It is now {Path}")]
    public static partial void JobsForgotten(ILogger logger, string damage, string path);

    [LoggerMessage(2050, LogLevel.Warning, "The last use of keys could not be kept: {Reason}")]
    public static partial void KeyUseNotKept(ILogger logger, string reason);
}
