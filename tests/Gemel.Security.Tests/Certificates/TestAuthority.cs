using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gemel.Testing;

/// <summary>An authority in memory that issues certificates as a test wants them.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly CertificateRevocationListBuilder _revoked = new();

    public TestAuthority(string name = "Plant CA")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(Now.AddYears(-5), Now.AddYears(10));
    }

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>An authority below this one.</summary>
    public TestAuthority IssueAuthority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 issued = request.Create(Certificate, Now.AddYears(-1), Now.AddYears(1), RandomNumberGenerator.GetBytes(16));
        return new TestAuthority(issued.CopyWithPrivateKey(key));
    }

    public X509Certificate2 Issue(
        string subject, string? uri = null, DateTimeOffset? begin = null, DateTimeOffset? end = null, string? purpose = "1.3.6.1.5.5.7.3.2", bool isWeak = false, string? host = null)
    {
        using RSA rsa = RSA.Create(isWeak ? 1024 : 2048);
        CertificateRequest request = new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        }
        SubjectAlternativeNameBuilder names = new();
        if (uri is not null)
        {
            names.AddUri(new Uri(uri));
        }
        if (host is not null)
        {
            names.AddDnsName(host);
            names.AddIpAddress(System.Net.IPAddress.Loopback);
        }
        if ((uri ?? host) is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }
        using X509Certificate2 issued = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(Certificate.GetECDsaPrivateKey()!), begin ?? Now.AddDays(-1), end ?? Now.AddDays(90), RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(rsa);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public void Revoke(X509Certificate2 certificate) => _revoked.AddEntry(certificate);

    /// <summary>What is revoked so far, signed.</summary>
    public string RevocationPem(DateTimeOffset? nextUpdate = null)
    {
        DateTimeOffset next = nextUpdate ?? Now.AddDays(30);
        byte[] list = _revoked.Build(Certificate, 1, next, HashAlgorithmName.SHA256, thisUpdate: next.AddDays(-60));
        return PemEncoding.WriteString("X509 CRL", list) + "\n";
    }

    public static void Write(string folder, string name, X509Certificate2 certificate)
    {
        File.WriteAllText(Path.Combine(folder, name + ".crt"), certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(folder, name + ".key"), certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public void Dispose() => Certificate.Dispose();
}
