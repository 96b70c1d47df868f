namespace Gemel.History;

/// <summary>The steps by which files become part of the store; each may fail or be the last before a crash.</summary>
internal interface IFileActions
{
    /// <summary>Writes at an offset, cuts the file behind it, and syncs it.</summary>
    void WriteAt(string path, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Makes the contents of a file durable.</summary>
    void Sync(string path);

    /// <summary>Makes the names within a folder durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Renames within a folder, replacing what is there.</summary>
    void Rename(string from, string to);

    void Delete(string path);
}
