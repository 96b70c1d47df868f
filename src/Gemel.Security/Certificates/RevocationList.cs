using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>A certificate revocation list (RFC 5280, section 5), read and checked against its issuer.</summary>
/// <remarks>.NET reads such lists only to write new ones, hence the reader. Extensions are passed over, but for one that the list marks as
/// critical: it says what a reader must not ignore (a list of part of the certificates, one of changes), so it is refused.</remarks>
internal sealed class RevocationList
{
    private const string PemLabel = "X509 CRL";

    private static readonly Dictionary<string, HashAlgorithmName> RsaSignatures = new()
    {
        ["1.2.840.113549.1.1.11"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.1.1.12"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.1.1.13"] = HashAlgorithmName.SHA512,
    };

    private static readonly Dictionary<string, HashAlgorithmName> CurveSignatures = new()
    {
        ["1.2.840.10045.4.3.2"] = HashAlgorithmName.SHA256,
        ["1.2.840.10045.4.3.3"] = HashAlgorithmName.SHA384,
        ["1.2.840.10045.4.3.4"] = HashAlgorithmName.SHA512,
    };

    private readonly HashSet<BigInteger> _serials = [];
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;

    private RevocationList(byte[] der)
    {
        AsnReader outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        _signed = outer.PeekEncodedValue().ToArray();
        AsnReader list = outer.ReadSequence();
        _algorithm = outer.ReadSequence().ReadObjectIdentifier();
        _signature = outer.ReadBitString(out _);
        ReadList(list);
    }

    /// <summary>Distinguished name, DER.</summary>
    public byte[] Issuer { get; private set; } = [];

    /// <summary>When the next list is due; the end of time where the list does not say.</summary>
    public DateTimeOffset NextUpdate { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>All lists of a PEM file.</summary>
    /// <returns>At least one, or GMS012.</returns>
    public static Outcome<IReadOnlyList<RevocationList>> Read(string file)
    {
        Outcome<string> text = PemFiles.Text(file);
        if (!text.TryGetValue(out string? rest))
        {
            return SecurityErrors.RevocationListRefused.With(file, "cannot be read");
        }
        List<RevocationList> lists = [];
        try
        {
            ReadOnlySpan<char> pem = rest;
            while (PemEncoding.TryFind(pem, out PemFields fields))
            {
                if (pem[fields.Label].SequenceEqual(PemLabel))
                {
                    lists.Add(new RevocationList(Convert.FromBase64String(pem[fields.Base64Data].ToString())));
                }
                pem = pem[fields.Location.End..];
            }
        }
        catch (Exception damaged) when (damaged is AsnContentException or FormatException or CryptographicException)
        {
            return SecurityErrors.RevocationListRefused.With(file, $"cannot be read: {damaged.Message}");
        }
        return lists.Count > 0 ? lists : SecurityErrors.RevocationListRefused.With(file, $"holds no 'BEGIN {PemLabel}'");
    }

    public bool IsRevoked(X509Certificate2 certificate) => _serials.Contains(new BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: false, isBigEndian: true));

    /// <summary>True where the authority of this name has signed the list.</summary>
    public bool IsSignedBy(X509Certificate2 authority)
    {
        if (!authority.SubjectName.RawData.AsSpan().SequenceEqual(Issuer))
        {
            return false;
        }
        if (RsaSignatures.TryGetValue(_algorithm, out HashAlgorithmName hash))
        {
            using RSA? rsa = authority.GetRSAPublicKey();
            return rsa?.VerifyData(_signed, _signature, hash, RSASignaturePadding.Pkcs1) == true;
        }
        if (CurveSignatures.TryGetValue(_algorithm, out hash))
        {
            using ECDsa? curve = authority.GetECDsaPublicKey();
            return curve?.VerifyData(_signed, _signature, hash, DSASignatureFormat.Rfc3279DerSequence) == true;
        }
        return false;
    }

    private void ReadList(AsnReader list)
    {
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            list.ReadInteger();   // version
        }
        list.ReadSequence();      // algorithm, once more
        Issuer = list.ReadEncodedValue().ToArray();
        ReadTime(list);           // thisUpdate
        if (list.HasData && IsTime(list.PeekTag()))
        {
            NextUpdate = ReadTime(list);
        }
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            AsnReader entries = list.ReadSequence();
            while (entries.HasData)
            {
                AsnReader entry = entries.ReadSequence();
                _serials.Add(entry.ReadInteger());
            }
        }
        if (list.HasData)
        {
            RefuseCriticalExtensions(list.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
        }
    }

    private static void RefuseCriticalExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string id = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
            {
                throw new FormatException($"it has the critical extension {id}, as lists of a part or of changes do.");
            }
        }
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
