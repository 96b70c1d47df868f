namespace Gemel.Journal;

/// <summary>A checkpoint whose files stay until this is disposed.</summary>
public sealed class HeldCheckpoint : IDisposable
{
    private Action? _release;

    internal HeldCheckpoint(Checkpoint checkpoint, string folder, Action release)
    {
        (Checkpoint, _release) = (checkpoint, release);
        ManifestPath = Path.Combine(folder, CheckpointManifest.FileName(checkpoint.Commit));
        PartPaths = [.. checkpoint.Parts.Select(part => Path.Combine(folder, part.File))];
    }

    public Checkpoint Checkpoint { get; }

    public string ManifestPath { get; }

    /// <summary>In the order of <see cref="Checkpoint.Parts"/>.</summary>
    public IReadOnlyList<string> PartPaths { get; }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
