using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>Which keys and signatures are strong enough, after NIST SP 800-57 part 1 (112 bits) and RFC 9325, section 4.</summary>
internal static class KeyStrength
{
    private const int LeastRsaBits = 2048;
    private const int LeastCurveBits = 256;

    private static readonly HashSet<string> BrokenSignatures =
    [
        "1.2.840.113549.1.1.4",   // md5WithRSAEncryption
        "1.2.840.113549.1.1.5",   // sha1WithRSAEncryption
        "1.2.840.10045.4.1",      // ecdsa-with-SHA1
        "1.2.840.10040.4.3",      // dsa-with-SHA1
    ];

    /// <returns>What is weak, as the end of a sentence; null where nothing is.</returns>
    public static string? WeaknessOf(X509Certificate2 certificate)
    {
        using RSA? rsa = certificate.GetRSAPublicKey();
        using ECDsa? curve = certificate.GetECDsaPublicKey();
        if (rsa is null && curve is null)
        {
            return "has a key that is neither RSA nor of an elliptic curve";
        }
        if (rsa?.KeySize < LeastRsaBits || curve?.KeySize < LeastCurveBits)
        {
            return $"has a key of {rsa?.KeySize ?? curve?.KeySize} bits; at least {(rsa is null ? LeastCurveBits : LeastRsaBits)} are needed";
        }
        return BrokenSignatures.Contains(certificate.SignatureAlgorithm.Value ?? "") ? $"is signed with {certificate.SignatureAlgorithm.FriendlyName}, which is broken" : null;
    }
}
