using Gemel.Cluster;

namespace Gemel.Server.Backups;

/// <summary>Makes one backup of a running server.</summary>
/// <remarks>A connection that is lost in the middle of a file is taken up where it was, a few times; then, or when the disk refuses, the run ends and
/// leaves no backup, but what it has copied: the next run need not copy it again. The server is told that it need keep nothing, and if it cannot be, forgets by itself.</remarks>
internal sealed class BackupRun(IBackupSource source, BackupFolder folder, TimeProvider clock)
{
    private const int MostAttempts = 5;
    private const int CopyBytes = 256 << 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    /// <param name="checksAll">Reads also what is there already, and copies anew what is damaged.</param>
    /// <param name="progress">Gets the bytes that are done, and those that there are.</param>
    /// <exception cref="GemelException">Of the server, or GMX0nn; there is no backup then.</exception>
    public async Task<BackupResult> RunAsync(bool checksAll, Action<long, long> progress, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        OpenBackup open = await source.BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            BackupManifest.RequireSafe("The server", open.Files);
            RequireSameInstance(open.Instance);
            (int files, long bytes) = await CopyAsync(open, checksAll, progress, cancellationToken).ConfigureAwait(false);
            DateTimeOffset made = clock.GetUtcNow();
            BackupManifest manifest = new(
                open.Instance, open.Commit, open.Time.IsNone ? null : open.Time.ToString(), Timestamp.From(made).ToString(), Serving.GemelServer.Version, open.Files);
            folder.Publish(manifest, made);
            return new BackupResult(manifest, files, bytes, clock.GetElapsedTime(started));
        }
        finally
        {
            await EndAsync(open.Id).ConfigureAwait(false);
        }
    }

    private async Task<(int Files, long Bytes)> CopyAsync(OpenBackup open, bool checksAll, Action<long, long> progress, CancellationToken cancellationToken)
    {
        (int files, long bytes) = (0, 0);
        long all = open.Files.Sum(file => file.Bytes);
        long done = 0;
        foreach (BackupFile file in open.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isThere = folder.Holds(file) && (!checksAll || folder.Read(file, sink: null, cancellationToken) is null);
            if (!isThere)
            {
                await CopyAsync(open.Id, file, copied => progress(done + copied, all), cancellationToken).ConfigureAwait(false);
                (files, bytes) = (files + 1, bytes + file.Bytes);
            }
            progress(done += file.Bytes, all);
        }
        return (files, bytes);
    }

    private async Task CopyAsync(string id, BackupFile file, Action<long> progress, CancellationToken cancellationToken)
    {
        using ContentWriter writer = folder.Begin(file);
        for (int attempt = 1; writer.Length < file.Bytes; attempt++)
        {
            try
            {
                await CopyRestAsync(id, file, writer, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (GemelException lost) when (lost.Error.Code == ServerErrors.ServerUnreachable && attempt < MostAttempts)
            {
                await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
            }
        }
        if (writer.Hash != file.Hash)
        {
            throw new GemelException(ServerErrors.BackupCopyDiffers.With(file.Name, writer.Hash, file.Hash));
        }
        BackupFolder.Guarded(folder.Root, writer.Complete);
    }

    private async Task CopyRestAsync(string id, BackupFile file, ContentWriter writer, Action<long> progress, CancellationToken cancellationToken)
    {
        Stream content = await source.OpenAsync(id, file.Name, writer.Length, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            byte[] buffer = new byte[CopyBytes];
            while (writer.Length < file.Bytes)
            {
                int read = await ReadAsync(content, buffer, file, cancellationToken).ConfigureAwait(false);
                int wanted = (int)Math.Min(read, file.Bytes - writer.Length);
                BackupFolder.Guarded(folder.Root, () => writer.Write(buffer.AsSpan(0, wanted)));
                progress(writer.Length);
            }
        }
    }

    private static async Task<int> ReadAsync(Stream content, byte[] buffer, BackupFile file, CancellationToken cancellationToken)
    {
        try
        {
            int read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return read > 0 ? read : throw new IOException("it ended early");
        }
        catch (Exception lost) when (lost is IOException or HttpRequestException)
        {
            throw new GemelException(ServerErrors.ServerUnreachable.With($"the server about '{file.Name}'", lost.Message), lost);
        }
    }

    private void RequireSameInstance(Guid instance)
    {
        if (folder.List().FirstOrDefault(backup => backup.Instance != instance) is { } other)
        {
            throw new GemelException(ServerErrors.BackupOfAnother.With(folder.Root, other.Instance, instance));
        }
    }

    // Also after a signal; the caller's token says nothing about this.
    private async Task EndAsync(string id)
    {
        using CancellationTokenSource patience = new(EndPatience, clock);
        try
        {
            await source.EndAsync(id, patience.Token).ConfigureAwait(false);
        }
        catch (Exception unreachable) when (unreachable is GemelException or OperationCanceledException)
        {
            // It ends there by itself when nothing is asked of it.
        }
    }
}

/// <summary>Where a backup's files come from.</summary>
internal interface IBackupSource
{
    Task<OpenBackup> BeginAsync(CancellationToken cancellationToken);

    /// <summary>The file from a byte on.</summary>
    /// <exception cref="GemelException">GMX034 where the server does not answer; the server's own errors.</exception>
    Task<Stream> OpenAsync(string id, string name, long from, CancellationToken cancellationToken);

    Task EndAsync(string id, CancellationToken cancellationToken);
}

/// <param name="Files">How many were not there yet.</param>
/// <param name="Bytes">Of these.</param>
internal sealed record BackupResult(BackupManifest Backup, int Files, long Bytes, TimeSpan Elapsed);
