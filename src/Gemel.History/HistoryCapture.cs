namespace Gemel.History;

/// <summary>The files of a store at one commit, which stay until this is disposed.</summary>
/// <param name="Commit">They hold everything up to here.</param>
/// <param name="Manifest">The bytes of the manifest that names them; its name is <see cref="ManifestName"/>.</param>
/// <param name="Series">The names of series: of this file only the first bytes count.</param>
/// <param name="Files">Each with its name relative to the folder, with <c>/</c>.</param>
public sealed record HistoryCapture(long Commit, ReadOnlyMemory<byte> Manifest, CapturedFile Series, IReadOnlyList<CapturedFile> Files) : IDisposable
{
    public const string ManifestName = ManifestFile.FileName;

    /// <summary>Name of the file of <see cref="Series"/>.</summary>
    public const string SeriesName = SeriesFile.FileName;

    private StoreSnapshot? _snapshot;

    internal HistoryCapture Holding(StoreSnapshot snapshot)
    {
        _snapshot = snapshot;
        return this;
    }

    public void Dispose() => Interlocked.Exchange(ref _snapshot, null)?.Dispose();
}

/// <param name="Hash">XXH3-128 of the bytes, 32 lowercase hexadecimal digits; null where nobody has computed it.</param>
public sealed record CapturedFile(string Name, string Path, long Bytes, string? Hash);
