using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>Which device a certificate belongs to.</summary>
public static class DeviceCertificate
{
    /// <summary>What a URI among the subject's alternative names begins with; the percent-encoded device id follows.</summary>
    public const string UriPrefix = "urn:gemel:device:";

    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    /// <summary>The device id: of the one URI <c>urn:gemel:device:…</c> where there is such, else the subject's one common name.</summary>
    /// <returns>Null where the certificate names none, or more than one.</returns>
    public static string? IdOf(X509Certificate2 certificate)
    {
        string[] uris = [.. UrisOf(certificate).Where(uri => uri.StartsWith(UriPrefix, StringComparison.OrdinalIgnoreCase))];
        if (uris.Length > 0)
        {
            return uris.Length == 1 ? Uri.UnescapeDataString(uris[0][UriPrefix.Length..]) : null;
        }
        string[] names = [.. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName).Select(part => part.GetSingleElementValue() ?? "")];
        return names is [{ Length: > 0 } name] ? name : null;
    }

    private const string CommonName = "2.5.4.3";
    private const string AlternativeNames = "2.5.29.17";

    private static IEnumerable<string> UrisOf(X509Certificate2 certificate)
    {
        List<string> uris = [];
        foreach (X509Extension extension in certificate.Extensions.Where(e => e.Oid?.Value == AlternativeNames))
        {
            try
            {
                AsnReader names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    if (names.PeekTag().HasSameClassAndValue(UriName))
                    {
                        uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriName));
                    }
                    else
                    {
                        names.ReadEncodedValue();
                    }
                }
            }
            catch (AsnContentException)
            {
                return [UriPrefix, UriPrefix];   // names that cannot be read name no device
            }
        }
        return uris;
    }
}
