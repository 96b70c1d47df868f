using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Gemel.Cluster;

namespace Gemel.Http.Access;

/// <summary>Reads the header <c>Authorization</c> and says who the caller is.</summary>
/// <remarks>
/// Keys that were found valid are remembered as SHA-256 digests, so that a client with many requests costs one digest and one
/// constant-time comparison each. What is remembered holds for one catalog only: any change of devices or keys makes a new
/// catalog and is asked anew. Refused keys are never remembered.
/// </remarks>
internal sealed class CredentialCheck(IInstance instance)
{
    private const string BearerScheme = "Bearer ";
    private const string BasicScheme = "Basic ";
    private const int LongestCredential = 1_024;
    private const int Remembered = 16;

    private readonly Known?[] _known = new Known?[Remembered];

    private sealed record Known(byte[] Digest, Identity Identity, Catalog Catalog);

    /// <summary>Null where the header is absent, of another scheme, or refused.</summary>
    public Identity? FindBearer(string? header)
    {
        bool bearer = header is { Length: <= LongestCredential } && header.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase);
        return bearer ? FindKey(header.AsSpan(BearerScheme.Length).Trim()) : null;
    }

    public static bool IsBasic(string? header) => header is { Length: <= LongestCredential } && header.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 7617 with UTF-8: a device id and its secret. Ids may hold a ':', secrets do not: the last one divides.</summary>
    public ValueTask<Identity?> FindBasicAsync(string header, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[LongestCredential];
        if (!Convert.TryFromBase64Chars(header.AsSpan(BasicScheme.Length).Trim(), bytes, out int length))
        {
            return new((Identity?)null);
        }
        int colon = bytes.AsSpan(0, length).LastIndexOf((byte)':');
        return colon <= 0
            ? new((Identity?)null)
            : instance.Authenticator.AuthenticateAsync(Encoding.UTF8.GetString(bytes, 0, colon), bytes.AsMemory(colon + 1, length - colon - 1), cancellationToken);
    }

    private Identity? FindKey(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[LongestCredential];
        if (Encoding.UTF8.TryGetBytes(key, utf8, out int length) is false)
        {
            return null;
        }
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..length], digest);
        ref Known? slot = ref _known[digest[0] % Remembered];
        Catalog catalog = instance.Catalog;
        if (Volatile.Read(ref slot) is { } known && ReferenceEquals(known.Catalog, catalog) && CryptographicOperations.FixedTimeEquals(known.Digest, digest))
        {
            return known.Identity;
        }
        Identity? found = instance.Authenticator.AuthenticateBearer(key);
        if (found is not null)
        {
            Volatile.Write(ref slot, new Known(digest.ToArray(), found, catalog));
        }
        return found;
    }
}
