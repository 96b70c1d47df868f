using System.Buffers;
using System.IO.Hashing;
using Gemel.Journal;

namespace Gemel.Server.Backups;

/// <summary>Takes bytes that are not kept.</summary>
internal delegate void SpanAction(ReadOnlySpan<byte> bytes);

/// <summary>The hash by which contents are known: XXH3-128, 32 lowercase hexadecimal digits.</summary>
internal static class ContentHash
{
    private const int ReadBytes = 1 << 20;

    /// <summary>Of the first <paramref name="bytes"/> of a file, or of all of it where it is shorter.</summary>
    /// <param name="sink">Gets the bytes, too.</param>
    public static string Of(IJournalFile file, long bytes, SpanAction? sink, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            XxHash128 hash = new();
            long at = 0;
            int read;
            while (at < bytes && (read = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes - at)), at)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, read));
                sink?.Invoke(buffer.AsSpan(0, read));
                at += read;
            }
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
