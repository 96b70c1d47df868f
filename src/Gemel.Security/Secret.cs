using System.Security.Cryptography;
using System.Text;

namespace Gemel.Security;

/// <summary>Makes secrets and keeps only their hashes.</summary>
/// <remarks>
/// A secret has 256 random bits, so a salted SHA-256 is enough to keep it: there is no password to guess, and the check stays
/// cheap for a door that sees thousands of connects a second. Stored form: <c>sha256$&lt;salt&gt;$&lt;hash&gt;</c>, both base64url.
/// </remarks>
public static class Secret
{
    private const int SecretBytes = 32;
    private const int SaltBytes = 16;
    private const string Scheme = "sha256";

    // What an unknown name is checked against, so that the answer takes as long as for a known one.
    private static readonly string Nobody = Hash(Generate());

    /// <summary>A new secret: 43 characters of base64url.</summary>
    public static string Generate() => Encode(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string Hash(string secret)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return $"{Scheme}${Encode(salt)}${Encode(Digest(salt, Encoding.UTF8.GetBytes(secret)))}";
    }

    /// <summary>Compares in constant time.</summary>
    /// <param name="stored">A form made by <see cref="Hash"/>; null where there is nobody of that name: the answer is false, after the same work.</param>
    public static bool Verify(string? stored, ReadOnlySpan<byte> secretUtf8)
    {
        string[] parts = (stored ?? Nobody).Split('$');
        if (parts is not [Scheme, string salt, string hash])
        {
            return false;
        }
        bool same = CryptographicOperations.FixedTimeEquals(Digest(Decode(salt), secretUtf8), Decode(hash));
        return same & stored is not null;
    }

    private static byte[] Digest(byte[] salt, ReadOnlySpan<byte> secretUtf8)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(secretUtf8);
        return hash.GetHashAndReset();
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
