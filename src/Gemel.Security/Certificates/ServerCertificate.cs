using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>What a server shows: its certificate with private key, and those between it and a root.</summary>
/// <param name="Leaf">Has the private key.</param>
/// <param name="Chain">The other certificates of the file, without order; may be empty.</param>
public sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    /// <summary>Reads PEM files: the certificate first, then those above it; the key unencrypted, PKCS #8, PKCS #1 or SEC 1.</summary>
    /// <returns>The certificate, or GMS010 (the file of the certificate is at fault) or GMS011 (that of the key).</returns>
    public static Outcome<ServerCertificate> Read(string certificateFile, string keyFile, DateTimeOffset now)
    {
        Outcome<X509Certificate2Collection> read = PemFiles.Certificates(certificateFile);
        if (!read.TryGetValue(out X509Certificate2Collection? all))
        {
            return Outcome<ServerCertificate>.Failure(read.Errors);
        }
        if (ProblemOf(all[0], now) is { } problem)
        {
            return SecurityErrors.CertificateRefused.With(certificateFile, problem);
        }
        try
        {
            using X509Certificate2 withKey = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            all.RemoveAt(0);
            // Through PKCS #12, or platforms that keep keys in stores could not use it for TLS.
            return new ServerCertificate(X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null), all);
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return SecurityErrors.KeyRefused.With(keyFile, $"is not the private key of '{certificateFile}': {unusable.Message}");
        }
    }

    private static string? ProblemOf(X509Certificate2 certificate, DateTimeOffset now) => certificate switch
    {
        _ when certificate.NotAfter.ToUniversalTime() <= now => $"ended at {certificate.NotAfter.ToUniversalTime():u}",
        _ when certificate.NotBefore.ToUniversalTime() > now => $"begins only at {certificate.NotBefore.ToUniversalTime():u}",
        _ => KeyStrength.WeaknessOf(certificate),
    };
}
