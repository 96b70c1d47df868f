namespace Gemel.Cluster;

/// <summary>One file of an open backup, to be read.</summary>
/// <param name="file">What is read.</param>
/// <param name="stream">Can seek; of it only the file's first bytes count, for it may have grown since.</param>
public sealed class BackupContent(BackupFile file, Stream stream, Action closed) : IAsyncDisposable
{
    public BackupFile File => file;

    public Stream Stream => stream;

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        closed();
    }
}
