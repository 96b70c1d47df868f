namespace Gemel.Journal;

/// <summary>What the journal needs of a disk, small enough that tests can lose, tear and reorder every call of it.</summary>
/// <remarks>
/// Names and contents are separate facts: a file's bytes are durable after <see cref="IJournalFile.Sync"/>, its name after
/// <see cref="SyncFolder"/> of its folder. Every method throws <see cref="IOException"/> (or <see cref="UnauthorizedAccessException"/>)
/// when the disk refuses. Threading: safe for concurrent callers on different paths.
/// </remarks>
public interface IJournalFiles
{
    bool FileExists(string path);

    bool FolderExists(string path);

    /// <summary>Makes the folder and the folders above it, durably; one that exists is left alone.</summary>
    void CreateFolder(string path);

    /// <summary>The names (not paths) of files and folders in <paramref name="folder"/>, in ordinal order.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>An empty new file for reading and writing. A file of that name loses it: the new one shares nothing with it.</summary>
    IJournalFile Create(string path);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    IJournalFile Open(string path, bool writable);

    /// <summary>Removes the name; readers that have the file open go on reading it. An absent file is left alone.</summary>
    void Delete(string path);

    /// <summary>Gives a file another name in the same folder, in place of any file of that name, all at once.</summary>
    void Rename(string path, string newPath);

    /// <summary>Makes the names in <paramref name="folder"/> durable: what was created, renamed and deleted before.</summary>
    void SyncFolder(string folder);

    /// <summary>Takes a lock that ends with the process; null when another holder has it.</summary>
    IDisposable? TryLock(string path);
}
