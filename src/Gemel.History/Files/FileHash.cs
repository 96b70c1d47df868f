using System.Buffers;
using System.IO.Hashing;

namespace Gemel.History;

/// <summary>The hash by which a whole file is known: XXH3-128, 32 lowercase hexadecimal digits, as of the parts of a checkpoint.</summary>
/// <remarks>It finds damage, not forgery. SHA-256 takes ten times as long, which each first read and each merge would pay.</remarks>
internal static class FileHash
{
    private const int BufferBytes = 1 << 20;

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Of(string path)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            XxHash128 hash = new();
            for (int read; (read = file.Read(buffer)) > 0;)
            {
                hash.Append(buffer.AsSpan(0, read));
            }
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
