using System.Security.Cryptography.X509Certificates;

namespace Gemel.Security;

/// <summary>The authorities whose certificates devices may show, and what those have revoked.</summary>
/// <remarks>Nothing is fetched from anywhere: neither what a certificate names as its issuer's address, nor lists. A certificate whose
/// chain an authority's list should cover and whose newest list is over its time is refused: what was revoked since is not known. Of several lists of
/// one authority all say what is revoked, so that a newer one may be appended to the file.</remarks>
public sealed class ClientAuthorities
{
    private readonly X509Certificate2Collection _authorities;
    private readonly IReadOnlyList<RevocationList> _lists;

    private ClientAuthorities(X509Certificate2Collection authorities, IReadOnlyList<RevocationList> lists)
    {
        (_authorities, _lists) = (authorities, lists);
        DateTimeOffset end = lists.GroupBy(list => Convert.ToHexString(list.Issuer)).Select(NewestEnd).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        ListsEnd = end == DateTimeOffset.MaxValue ? null : end;
    }

    /// <summary>When the first authority's newest list is over its time; null without lists, or where none says so.</summary>
    public DateTimeOffset? ListsEnd { get; }

    /// <summary>The first to end.</summary>
    public DateTimeOffset NotAfter => _authorities.Min(a => new DateTimeOffset(a.NotAfter));

    /// <param name="revocationFile">Lists as PEM; null for none.</param>
    /// <returns>The authorities, or GMS010, GMS012.</returns>
    public static Outcome<ClientAuthorities> Read(string authorityFile, string? revocationFile)
    {
        Outcome<X509Certificate2Collection> read = PemFiles.Certificates(authorityFile);
        if (!read.TryGetValue(out X509Certificate2Collection? authorities))
        {
            return Outcome<ClientAuthorities>.Failure(read.Errors);
        }
        foreach (X509Certificate2 authority in authorities)
        {
            bool mayIssue = authority.Extensions.OfType<X509BasicConstraintsExtension>().Any(c => c.CertificateAuthority);
            if (!mayIssue || KeyStrength.WeaknessOf(authority) is not null)
            {
                return SecurityErrors.CertificateRefused.With(authorityFile, $"holds '{authority.Subject}', which {KeyStrength.WeaknessOf(authority) ?? "is not an authority's certificate (CA:TRUE)"}");
            }
        }
        if (revocationFile is null)
        {
            return new ClientAuthorities(authorities, []);
        }
        Outcome<IReadOnlyList<RevocationList>> lists = RevocationList.Read(revocationFile);
        if (!lists.TryGetValue(out IReadOnlyList<RevocationList>? found))
        {
            return Outcome<ClientAuthorities>.Failure(lists.Errors);
        }
        return found.All(list => authorities.Any(list.IsSignedBy))
            ? new ClientAuthorities(authorities, found)
            : SecurityErrors.RevocationListRefused.With(revocationFile, $"holds a list that no authority of '{authorityFile}' has signed");
    }

    /// <summary>Why a device's certificate is refused, as the end of a sentence; null where it is good.</summary>
    /// <param name="sent">What the client sent beside it.</param>
    public string? ProblemOf(X509Certificate2 certificate, IEnumerable<X509Certificate2> sent, DateTimeOffset now)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent.ToArray());
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(Oids.ClientAuthentication);
        if (!chain.Build(certificate))
        {
            return $"is not good for a client of these authorities ({string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct())})";
        }
        X509Certificate2[] path = [.. chain.ChainElements.Select(element => element.Certificate)];
        // The root is trusted because it is in the file, not because of its signature.
        string? weakness = path.Length == 1 ? null : path[..^1].Select(KeyStrength.WeaknessOf).FirstOrDefault(w => w is not null);
        return weakness ?? RevocationIn(path, now);
    }

    private string? RevocationIn(X509Certificate2[] path, DateTimeOffset now)
    {
        for (int i = 0; i + 1 < path.Length; i++)
        {
            RevocationList[] lists = [.. _lists.Where(list => list.IsSignedBy(path[i + 1]))];
            if (lists.Any(list => list.IsRevoked(path[i])))
            {
                return "is revoked";
            }
            if (lists.Length > 0 && NewestEnd(lists) is var end && end <= now)
            {
                return $"cannot be checked: the revocation list of its authority ended at {end:u}";
            }
        }
        return null;
    }

    private static DateTimeOffset NewestEnd(IEnumerable<RevocationList> ofOneAuthority) => ofOneAuthority.Max(list => list.NextUpdate);
}
