using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gemel.Security;
using Gemel.Server.Serving.Tls;

namespace Gemel.Server.Clients;

/// <summary>Certificates that a client command trusts beside those of the operating system; null instead of an object: those alone.</summary>
/// <remarks>There is no way to trust everybody: a command sends a key, and would send it to whoever answers.</remarks>
internal sealed class ServerTrust
{
    public const string Variable = "GEMEL_CA";

    private readonly X509Certificate2Collection _trusted;

    private ServerTrust(X509Certificate2Collection trusted) => _trusted = trusted;

    /// <summary>What is named by option or variable; else, for a server on this machine, the certificate it made for itself in its data folder.</summary>
    /// <returns>GMX032 where the file that is named holds no certificate.</returns>
    public static Outcome<ServerTrust?> Find(string? file, string host, string data, Func<string, string?> environment)
    {
        if ((file ?? environment(Variable)) is { Length: > 0 } named)
        {
            return Read(named) is { } trust ? trust : ServerErrors.InvalidSetting.With(file is null ? Variable : "--ca", named, "a PEM file of certificates");
        }
        string own = Path.Combine(data, TlsSettings.Folder, SelfSignedCertificate.CertificateFile);
        bool isHere = host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
        return Outcome<ServerTrust?>.Success(isHere && File.Exists(own) ? Read(own) : null);
    }

    /// <summary>For a TLS handshake: the usual checks, with these certificates as further roots. A name that differs is never taken.</summary>
    public bool Accepts(X509Certificate? shown, X509Chain? sent, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }
        if (shown is null || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }
        return chain.Build(certificate);
    }

    private static ServerTrust? Read(string file)
    {
        try
        {
            X509Certificate2Collection certificates = [];
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0 ? new ServerTrust(certificates) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }
}
