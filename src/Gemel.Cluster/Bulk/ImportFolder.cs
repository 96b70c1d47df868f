namespace Gemel.Cluster;

/// <summary>The one folder of which imports read files, and where their logs go.</summary>
/// <remarks>A path from outside never leaves it: it is relative, has no <c>..</c>, and no part of it is a symbolic link.</remarks>
internal sealed class ImportFolder(string root)
{
    private const int BufferBytes = 256 << 10;

    public Outcome<FileStream> Open(string path)
    {
        if (Find(path) is not { } full)
        {
            return ClusterErrors.ImportPathRefused.With(path);
        }
        try
        {
            return File.Exists(full)
                ? new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan)
                : ClusterErrors.ImportFileMissing.With(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ClusterErrors.ImportFileUnusable.With(path, failure.Message);
        }
    }

    /// <summary>Makes a file that is not there yet.</summary>
    public Outcome<FileStream> Create(string path)
    {
        if (Find(path) is not { } full)
        {
            return ClusterErrors.ImportPathRefused.With(path);
        }
        try
        {
            return new FileStream(full, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ClusterErrors.ImportFileUnusable.With(path, failure.Message);
        }
    }

    private string? Find(string path)
    {
        string[] parts = path.Split('/');
        if (path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl) || parts.Any(part => part is "" or "." or ".." || part.Contains(':', StringComparison.Ordinal)))
        {
            return null;
        }
        string full = root;
        foreach (string part in parts)
        {
            full = Path.Combine(full, part);
            if (new FileInfo(full).LinkTarget is not null)
            {
                return null;
            }
        }
        return full;
    }
}
