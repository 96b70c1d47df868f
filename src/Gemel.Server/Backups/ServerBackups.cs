using System.Text.Json;
using Gemel.Cluster;
using Gemel.Server.Clients;

namespace Gemel.Server.Backups;

/// <summary>Backups over a server's HTTP.</summary>
internal sealed class ServerBackups(ServerClient server) : IBackupSource
{
    private const string Path = "api/v1/backups";

    public async Task<OpenBackup> BeginAsync(CancellationToken cancellationToken)
    {
        JsonElement answer = await server.SendAsync(HttpMethod.Post, Path, body: null, cancellationToken).ConfigureAwait(false);
        try
        {
            return new OpenBackup(
                answer.GetProperty("id").GetString()!,
                answer.GetProperty("instance").GetGuid(),
                answer.GetProperty("commit").GetInt64(),
                answer.TryGetProperty("time", out JsonElement time) && Timestamp.TryParse(time.GetString(), out Timestamp at) ? at : Timestamp.None,
                Timestamp.None,
                [.. answer.GetProperty("files").EnumerateArray().Select(file => new BackupFile(
                    file.GetProperty("name").GetString()!, file.GetProperty("bytes").GetInt64(), file.GetProperty("hash").GetString()!))]);
        }
        catch (Exception foreign) when (foreign is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new GemelException(ServerErrors.RequestFailed.With("POST", Path, "in another form than expected", foreign.Message), foreign);
        }
    }

    public Task<Stream> OpenAsync(string id, string name, long from, CancellationToken cancellationToken) =>
        server.OpenAsync($"{Path}/{Uri.EscapeDataString(id)}/files/{Uri.EscapeDataString(name)}", from, cancellationToken);

    public Task EndAsync(string id, CancellationToken cancellationToken) =>
        server.SendAsync(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(id)}", body: null, cancellationToken);
}
