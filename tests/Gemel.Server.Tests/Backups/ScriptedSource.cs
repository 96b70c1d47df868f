using System.IO.Hashing;
using System.Text;
using Gemel.Cluster;
using Gemel.Journal;
using Gemel.Server.Backups;

namespace Gemel.Server.Tests.Backups;

/// <summary>A server whose files a test names; its connection breaks when it is told to.</summary>
internal sealed class ScriptedSource : IBackupSource
{
    public ScriptedSource(params (string Name, string Content)[] files)
    {
        foreach ((string name, string content) in files)
        {
            Files[name] = Encoding.UTF8.GetBytes(content);
        }
    }

    public Guid Instance { get; set; } = Guid.Parse("0f5c1ab8-7e2d-4a36-9a55-2c1d8e3f7b90");

    public long Commit { get; set; } = 7;

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The connection is lost after so many bytes of each answer.</summary>
    public int BytesPerAnswer { get; set; } = int.MaxValue;

    /// <summary>Sends another byte in place of the first.</summary>
    public bool Lies { get; set; }

    /// <summary>Number of files opened so far.</summary>
    public int Opened { get; private set; }

    public int Begun { get; private set; }

    public int Ended { get; private set; }

    public Task<OpenBackup> BeginAsync(CancellationToken cancellationToken)
    {
        Begun++;
        return Task.FromResult(new OpenBackup("1", Instance, Commit, new Timestamp(1), new Timestamp(2),
            [.. Files.Select(file => new BackupFile(file.Key, file.Value.Length, Convert.ToHexStringLower(XxHash128.Hash(file.Value))))]));
    }

    public Task<Stream> OpenAsync(string id, string name, long from, CancellationToken cancellationToken)
    {
        Opened++;
        byte[] rest = Files[name][(int)from..];
        if (Lies && rest.Length > 0)
        {
            rest = [(byte)(rest[0] ^ 1), .. rest[1..]];
        }
        return Task.FromResult<Stream>(new MemoryStream(rest[..Math.Min(rest.Length, BytesPerAnswer)]));
    }

    public Task EndAsync(string id, CancellationToken cancellationToken)
    {
        Ended++;
        return Task.CompletedTask;
    }

    /// <summary>Another server with the same files.</summary>
    public ScriptedSource Again()
    {
        ScriptedSource again = new();
        foreach ((string name, byte[] content) in Files)
        {
            again.Files[name] = content;
        }
        return again;
    }

    /// <summary>A data folder's document, and some files of it.</summary>
    public static ScriptedSource WithDataFolder()
    {
        string root = Directory.CreateTempSubdirectory("gemel-source-").FullName;
        try
        {
            DataFolder.Open(DiskFiles.Instance, root, new Timestamp(638_000_000_000_000_000), "test").Dispose();
            return new ScriptedSource(
                (DataFolder.DocumentName, File.ReadAllText(Path.Combine(root, DataFolder.DocumentName))),
                ("journal/witness", "witness"), ("history/samples/month=2026-11/000000000001.parquet", "rows"), ("history/empty", ""));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
