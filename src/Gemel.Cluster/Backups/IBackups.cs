namespace Gemel.Cluster;

/// <summary>Copies of the whole instance as of one commit, made while it runs.</summary>
/// <remarks>Threading: safe for concurrent callers. An open backup keeps its files on the disk; it ends when it is ended, or when nobody has asked for
/// anything of it for <see cref="BackupOptions.Idle"/>, or with the process.</remarks>
public interface IBackups
{
    /// <summary>Writes a checkpoint, and keeps it with the journal behind it and the files of history as of one durable commit.</summary>
    /// <exception cref="GemelException">GMC061, too many are open; GMJ020 or GMJ021, the checkpoint could not be written.</exception>
    Task<OpenBackup> BeginAsync(CancellationToken cancellationToken);

    /// <exception cref="GemelException">GMC060, there is none of that id, or no more.</exception>
    OpenBackup Get(string id);

    /// <summary>Opens a file of it, which counts as use until it is disposed.</summary>
    /// <param name="name">As the backup lists it, and nothing else.</param>
    /// <exception cref="GemelException">GMC060, GMC062; GMJ024, the disk refused.</exception>
    BackupContent Open(string id, string name);

    /// <summary>Lets go of its files. One that is not open is none the worse.</summary>
    void End(string id);
}

/// <param name="Id">Names it among the open ones.</param>
/// <param name="Instance">Whose it is.</param>
/// <param name="Commit">All commits up to here are in it, and none after.</param>
/// <param name="Time">Server time of that commit; none before the first.</param>
/// <param name="Expires">When it ends if nobody asks for anything of it.</param>
/// <param name="Files">What a copy of the data folder consists of.</param>
public sealed record OpenBackup(string Id, Guid Instance, long Commit, Timestamp Time, Timestamp Expires, IReadOnlyList<BackupFile> Files);

/// <param name="Name">Relative to the data folder, with <c>/</c>.</param>
/// <param name="Hash">XXH3-128 of its bytes, 32 lowercase hexadecimal digits.</param>
public sealed record BackupFile(string Name, long Bytes, string Hash);

/// <summary>How backups are kept open.</summary>
public sealed record BackupOptions
{
    /// <summary>Most that are open at once.</summary>
    public int MaxOpen { get; init; } = 4;

    /// <summary>Time after which one of which nothing was asked is ended.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);
}
