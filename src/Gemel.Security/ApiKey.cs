using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Gemel.Security;

/// <summary>The form of keys: <c>gmk_</c>, 256 random bits, and a checksum, so that scanners find a leaked one and tell it from a chance likeness.</summary>
/// <remarks>
/// <c>gmk_</c>, 43 characters of base64url, then the first four bytes of the SHA-256 of all before as 6 more: 53 characters, matched by
/// <c>gmk_[A-Za-z0-9_-]{49}</c>. What is kept is the SHA-256 of the whole; there is nothing to guess that a salt or a slow hash would
/// protect, and a key is found by its digest, so that a check costs the same however many keys there are.
/// </remarks>
public static partial class ApiKey
{
    public const string Prefix = "gmk_";
    public const int Length = 53;

    private const int RandomBytes = 32;
    private const int CheckBytes = 4;
    private const int CheckedLength = 47;

    public static string Generate()
    {
        string start = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        return start + ChecksumOf(start);
    }

    /// <summary>True for what has the form and its checksum; says nothing of whether it is anybody's key.</summary>
    public static bool IsWellFormed(string text) => text.Length == Length && Pattern().IsMatch(text) && ChecksumOf(text[..CheckedLength]) == text[CheckedLength..];

    /// <summary>SHA-256, base64url: as it is kept.</summary>
    public static string Hash(ReadOnlySpan<byte> keyUtf8)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(keyUtf8, digest);
        return Base64Url.EncodeToString(digest);
    }

    /// <summary>The text with everything that looks like a key replaced.</summary>
    public static string Mask(string text) => text.Contains(Prefix, StringComparison.Ordinal) ? Like().Replace(text, $"{Prefix}***") : text;

    private static string ChecksumOf(string start) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(start)).AsSpan(0, CheckBytes));

    [GeneratedRegex("^gmk_[A-Za-z0-9_-]{49}$")]
    private static partial Regex Pattern();

    [GeneratedRegex("gmk_[A-Za-z0-9_-]{8,}")]
    private static partial Regex Like();
}
