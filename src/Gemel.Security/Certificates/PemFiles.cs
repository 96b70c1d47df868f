using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>Reads PEM files of certificates.</summary>
internal static class PemFiles
{
    // A bundle of all public roots has a quarter of it.
    private const int LargestFile = 1 << 20;

    /// <returns>At least one certificate in the order of the file, or GMS010.</returns>
    public static Outcome<X509Certificate2Collection> Certificates(string file)
    {
        Outcome<string> text = Text(file);
        if (!text.TryGetValue(out string? pem))
        {
            return Outcome<X509Certificate2Collection>.Failure(text.Errors);
        }
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException damaged)
        {
            return SecurityErrors.CertificateRefused.With(file, $"cannot be read: {damaged.Message}");
        }
        return certificates.Count > 0 ? certificates : SecurityErrors.CertificateRefused.With(file, "holds no 'BEGIN CERTIFICATE'");
    }

    /// <returns>The file's text, or GMS010.</returns>
    public static Outcome<string> Text(string file)
    {
        try
        {
            long length = new FileInfo(file).Length;
            return length <= LargestFile
                ? File.ReadAllText(file)
                : SecurityErrors.CertificateRefused.With(file, $"has {length} bytes; a PEM file has at most {LargestFile}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return SecurityErrors.CertificateRefused.With(file, $"cannot be read: {unreadable.Message}");
        }
    }
}
