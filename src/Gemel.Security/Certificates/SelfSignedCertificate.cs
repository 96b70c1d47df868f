using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>A certificate that a server makes for itself and keeps below its data folder, until it has a better one.</summary>
/// <remarks>
/// Clients trust the file <see cref="CertificateFile"/> itself. There is no authority behind it whose key could sign for others,
/// so what is lost with the folder is this one server. The price: a renewed certificate has to be handed out anew, which is
/// why it lasts 397 days (the longest that browsers take from anybody) and is renewed thirty days before its end.
/// </remarks>
public static class SelfSignedCertificate
{
    public const string CertificateFile = "gemel.crt";
    public const string KeyFile = "gemel.key";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    // A client's clock may be behind a little.
    private static readonly TimeSpan ClockGrace = TimeSpan.FromHours(1);

    /// <summary>Makes certificate and key where there are none, where they end soon, do not fit each other, or lack an address.</summary>
    /// <param name="folder">Made where it is absent, mode 0700.</param>
    /// <param name="addresses">Beside <c>localhost</c>, the loopback addresses and the name of this machine.</param>
    /// <returns>True where they were made now.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static bool Ensure(string folder, IReadOnlyCollection<IPAddress> addresses, DateTimeOffset now)
    {
        string certificateFile = Path.Combine(folder, CertificateFile);
        string keyFile = Path.Combine(folder, KeyFile);
        IPAddress[] all = [IPAddress.Loopback, IPAddress.IPv6Loopback, .. addresses];
        if (File.Exists(certificateFile) && File.Exists(keyFile) && IsFit(certificateFile, keyFile, all, now))
        {
            return false;
        }
        CreateFolder(folder);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Create(key, all, now);
        // The key first: a process that dies between the two leaves a pair that does not fit, which the next start makes anew.
        Replace(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        Replace(certificateFile, certificate.ExportCertificatePem() + "\n");
        return true;
    }

    private static bool IsFit(string certificateFile, string keyFile, IPAddress[] addresses, DateTimeOffset now)
    {
        if (!ServerCertificate.Read(certificateFile, keyFile, now).TryGetValue(out ServerCertificate? present))
        {
            return false;
        }
        using X509Certificate2 leaf = present.Leaf;
        HashSet<IPAddress> named = [.. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateIPAddresses())];
        return leaf.NotAfter.ToUniversalTime() - now > RenewBefore && named.IsSupersetOf(addresses);
    }

    private static X509Certificate2 Create(ECDsa key, IPAddress[] addresses, DateTimeOffset now)
    {
        string machine = Dns.GetHostName();
        CertificateRequest request = new("CN=gemel", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        foreach (string name in new[] { "localhost", machine }.Where(n => Uri.CheckHostName(n) == UriHostNameType.Dns).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            names.AddDnsName(name);
        }
        foreach (IPAddress address in addresses.Distinct())
        {
            names.AddIpAddress(address);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([Oids.ServerAuthentication], critical: false));
        return request.CreateSelfSigned(now - ClockGrace, now + Lifetime);
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static void Replace(string file, string text)
    {
        string draft = file + ".new";
        File.Delete(draft);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        using (FileStream stream = new(draft, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, file, overwrite: true);
    }
}
