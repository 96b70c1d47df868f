using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>What the doors ask of a client's certificate after its handshake, while the connection lasts.</summary>
public interface IClientCertificates
{
    /// <summary>False where devices cannot come by certificate at all.</summary>
    bool AreTaken { get; }

    /// <summary>Why a certificate that was good at its handshake no longer is; null where it still is. Cheap where nothing has changed.</summary>
    string? ProblemOf(X509Certificate2 certificate);
}
