namespace Gemel.Cluster;

/// <summary>How much room there is for the data folder.</summary>
public interface IDiskSpace
{
    /// <exception cref="IOException">It cannot be told.</exception>
    DiskSpace Read(string folder);
}

/// <param name="Free">Bytes that this process may still write.</param>
/// <param name="Total">Bytes of the file system.</param>
public readonly record struct DiskSpace(long Free, long Total);
