using System.Security.Cryptography;
using System.Text;

namespace Gemel.Security;

/// <summary>A key that programs show, made at first start and kept in a file of the data folder, readable by the owner only.</summary>
public sealed class AccessKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LeastLength = 32;

    private readonly byte[] _digest;

    private AccessKey(string value, string file)
    {
        Value = value;
        File = file;
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(value));
    }

    public string Value { get; }

    public string File { get; }

    /// <summary>Reads the key of a data folder, or makes one.</summary>
    /// <exception cref="GemelException">GMS001, the file holds no key; GMS002, others may read it.</exception>
    public static AccessKey Open(string dataFolder, string fileName)
    {
        string file = Path.Combine(dataFolder, fileName);
        return System.IO.File.Exists(file) ? Read(file) : Create(file);
    }

    /// <summary>Compares in constant time, whatever the length of <paramref name="candidateUtf8"/>.</summary>
    public bool Matches(ReadOnlySpan<byte> candidateUtf8)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(candidateUtf8, digest);
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }

    private static AccessKey Read(string file)
    {
        if (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
        {
            throw new GemelException(SecurityErrors.KeyFileOpen.With(file));
        }
        string value = System.IO.File.ReadAllText(file).Trim();
        return value.Length >= LeastLength ? new AccessKey(value, file) : throw new GemelException(SecurityErrors.KeyFileEmpty.With(file, value.Length, LeastLength));
    }

    private static AccessKey Create(string file)
    {
        string value = ApiKey.Generate();
        // Beside it and renamed: a crash on the way leaves no key, and the next start makes one, or the whole key.
        string unfinished = file + ".new";
        System.IO.File.Delete(unfinished);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        using (FileStream stream = new(unfinished, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(value + "\n"));
            stream.Flush(flushToDisk: true);
        }
        System.IO.File.Move(unfinished, file);
        return new AccessKey(value, file);
    }
}
