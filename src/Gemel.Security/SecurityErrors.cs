namespace Gemel.Security;

/// <summary>Errors of keys and secrets; prefix GMS.</summary>
public static class SecurityErrors
{
    public static readonly ErrorCode KeyFileEmpty = new("GMS001", 500, false,
        "The key file '{0}' holds {1} characters; a key has at least {2}.",
        "Delete the file to have a new key made at the next start, or restore it from a backup.");

    public static readonly ErrorCode KeyFileOpen = new("GMS002", 500, false,
        "The key file '{0}' can be read by others than its owner.",
        "Run 'chmod 600' on it, and delete it to have a new key made if others may have read it.");

    public static readonly ErrorCode CertificateRefused = new("GMS010", 400, false,
        "The certificate file '{0}' {1}.",
        "Name a PEM file of a certificate that holds now, with a key of at least 2048 bits (RSA) or 256 bits (elliptic curve).");

    public static readonly ErrorCode KeyRefused = new("GMS011", 400, false,
        "The key file '{0}' {1}",
        "Name the unencrypted PEM file of the certificate's own private key.");

    public static readonly ErrorCode RevocationListRefused = new("GMS012", 400, false,
        "The revocation list '{0}' {1}.",
        "Name a PEM file ('BEGIN X509 CRL') that the authority has signed.");
}
