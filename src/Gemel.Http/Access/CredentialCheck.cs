using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gemel.Cluster;
using Gemel.Http.Responses;
using Gemel.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gemel.Http.Access;

/// <summary>Says who a request comes from, by its header <c>Authorization</c> or its certificate, and slows down who guesses.</summary>
/// <remarks>
/// Keys that were found valid are remembered as SHA-256 digests, so that a client with many requests costs one digest and one
/// constant-time comparison each. What is remembered holds for one catalog only: any change of devices or keys makes a new
/// catalog and is asked anew. Refused keys are never remembered.
/// </remarks>
/// <param name="certificates">Null where devices cannot come by certificate: no connection shows one then.</param>
internal sealed class CredentialCheck(IInstance instance, GuessBrake brake, TimeProvider clock, ILogger<CredentialCheck> logger, IClientCertificates? certificates = null)
{
    private const string BearerScheme = "Bearer ";
    private const string BasicScheme = "Basic ";
    private const string Door = "http";
    private const int LongestCredential = 1_024;
    private const int Remembered = 16;

    private readonly Known?[] _known = new Known?[Remembered];

    private sealed record Known(byte[] Digest, Identity Identity, Catalog Catalog);

    private Timestamp Now => Timestamp.From(clock.GetUtcNow());

    /// <summary>Null where the header is absent, of another scheme, or refused.</summary>
    /// <exception cref="GemelException">GMW029, it comes too soon after refused ones.</exception>
    public Identity? FindBearer(HttpContext context, string? header)
    {
        if (header is null || !header.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        return header.Length <= LongestCredential ? FindKey(context, header.AsSpan(BearerScheme.Length).Trim()) : Refuse(context, GuessBrake.Nameless, Encoding.UTF8.GetBytes(header));
    }

    public static bool IsBasic(string? header) => header is { Length: <= LongestCredential } && header.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 7617 with UTF-8: a device id and its secret. Ids may hold a ':', secrets do not: the last one divides.</summary>
    /// <exception cref="GemelException">GMW029, it comes too soon after refused ones.</exception>
    public async ValueTask<Identity?> FindBasicAsync(HttpContext context, string header)
    {
        byte[] bytes = new byte[LongestCredential];
        if (!Convert.TryFromBase64Chars(header.AsSpan(BasicScheme.Length).Trim(), bytes, out int length))
        {
            return Refuse(context, GuessBrake.Nameless, Encoding.UTF8.GetBytes(header));
        }
        int colon = bytes.AsSpan(0, length).LastIndexOf((byte)':');
        if (colon <= 0)
        {
            return Refuse(context, GuessBrake.Nameless, Encoding.UTF8.GetBytes(header));
        }
        string user = Encoding.UTF8.GetString(bytes, 0, colon);
        IPAddress? remote = context.Connection.RemoteIpAddress;
        if (brake.WaitOf(remote, user, Door) is var wait && wait > TimeSpan.Zero)
        {
            Slow(context, user, wait);
        }
        Identity? found = await instance.Authenticator.AuthenticateAsync(user, bytes.AsMemory(colon + 1, length - colon - 1), context.RequestAborted);
        if (found is null)
        {
            return Refuse(context, user, bytes.AsSpan(colon + 1, length - colon - 1));
        }
        brake.Succeeded(remote, user, found.Name);
        return found;
    }

    /// <summary>The device of a certificate that was checked in the handshake; null where there is no certificate, it no longer holds, or no such device.</summary>
    public Identity? FindByCertificate(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate && certificates?.ProblemOf(certificate) is null && DeviceCertificate.IdOf(certificate) is { } device
            ? instance.Authenticator.AuthenticateCertificate(device)
            : null;

    private Identity? FindKey(HttpContext context, ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[LongestCredential];
        if (Encoding.UTF8.TryGetBytes(key, utf8, out int length) is false)
        {
            return Refuse(context, GuessBrake.Nameless, Encoding.UTF8.GetBytes(key.ToString()));
        }
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..length], digest);
        ref Known? slot = ref _known[digest[0] % Remembered];
        Catalog catalog = instance.Catalog;
        if (Volatile.Read(ref slot) is { } known && ReferenceEquals(known.Catalog, catalog) && CryptographicOperations.FixedTimeEquals(known.Digest, digest)
            && known.Identity.HoldsCredential(catalog, Now))
        {
            instance.Authenticator.Used(known.Identity);
            return known.Identity;
        }
        IPAddress? remote = context.Connection.RemoteIpAddress;
        TimeSpan wait = brake.WaitOf(remote, GuessBrake.Nameless, Door);
        Identity? found = instance.Authenticator.AuthenticateBearer(key);
        // A key shows no name before it is looked at: who came in from here lately need not wait for the guesses of a neighbour.
        if (wait > TimeSpan.Zero && !(found is not null && brake.HasComeIn(remote, found.Name)))
        {
            Slow(context, GuessBrake.Nameless, wait);
        }
        if (found is null)
        {
            return Refuse(context, GuessBrake.Nameless, utf8[..length]);
        }
        if (wait == TimeSpan.Zero)
        {
            brake.Succeeded(remote, GuessBrake.Nameless, found.Name);
        }
        Volatile.Write(ref slot, new Known(digest.ToArray(), found, catalog));
        return found;
    }

    private Identity? Refuse(HttpContext context, string user, ReadOnlySpan<byte> credential)
    {
        brake.Failed(context.Connection.RemoteIpAddress, user, credential, Door);
        HttpLog.CredentialRefused(logger, NameOf(user), context.Connection.RemoteIpAddress);
        return null;
    }

    private void Slow(HttpContext context, string user, TimeSpan wait)
    {
        HttpLog.Slowed(logger, NameOf(user), context.Connection.RemoteIpAddress, wait);
        long seconds = (long)Math.Ceiling(wait.TotalSeconds);
        context.Features.Set(new AskedWait(seconds));
        throw new GemelException(HttpErrors.TooManyAttempts.With(seconds));
    }

    // What a stranger calls itself may be a secret put in the wrong place: only names that we know are logged.
    private string NameOf(string user) => instance.Catalog.Devices.ContainsKey(user) ? $"device:{LogText.Of(user)}" : "somebody";
}
