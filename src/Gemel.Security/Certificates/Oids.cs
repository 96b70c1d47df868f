using System.Security.Cryptography;

namespace Gemel.Security;

/// <summary>Purposes of certificates (RFC 5280, section 4.2.1.12).</summary>
internal static class Oids
{
    public static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    public static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");
}
