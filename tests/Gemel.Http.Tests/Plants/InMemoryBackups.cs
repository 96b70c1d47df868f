using System.Text;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

/// <summary>One backup of files that a test names.</summary>
internal sealed class InMemoryBackups : IBackups
{
    public const string Id = "0123456789abcdef";

    public Dictionary<string, string> Files { get; } = [];

    public bool IsOpen { get; private set; }

    public int OpenFiles { get; private set; }

    public Task<OpenBackup> BeginAsync(CancellationToken cancellationToken)
    {
        IsOpen = true;
        return Task.FromResult(Get(Id));
    }

    public OpenBackup Get(string id)
    {
        Require(id);
        return new OpenBackup(Id, Guid.Empty, 42, new Timestamp(1), new Timestamp(2), [.. Files.Select(file => new BackupFile(file.Key, file.Value.Length, "00"))]);
    }

    public BackupContent Open(string id, string name)
    {
        Require(id);
        if (!Files.TryGetValue(name, out string? content))
        {
            throw new GemelException(ClusterErrors.BackupFileNotFound.With(id, name));
        }
        OpenFiles++;
        // As a file that has grown since.
        return new BackupContent(new BackupFile(name, content.Length, "00"), new MemoryStream(Encoding.UTF8.GetBytes(content + "grown since")), () => OpenFiles--);
    }

    public void End(string id) => IsOpen &= id != Id;

    private void Require(string id)
    {
        if (!IsOpen || id != Id)
        {
            throw new GemelException(ClusterErrors.BackupNotFound.With(id));
        }
    }
}
