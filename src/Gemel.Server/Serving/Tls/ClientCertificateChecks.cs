using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Gemel.Security;

namespace Gemel.Server.Serving.Tls;

/// <summary>Judges the certificates of clients: in the handshake, and as long as their connections last.</summary>
/// <remarks>
/// A good judgement stands until the authorities or their lists are others, or anything that it was made of is over its time; so asking at each request and each
/// second costs a look at a table. It is kept with the certificate's object, which lives as long as its connection, together with what the client sent beside it
/// in the handshake: without those a chain over a certificate between would be found broken afterwards.
/// </remarks>
internal sealed class ClientCertificateChecks(WatchedFiles<ClientAuthorities> authorities, TimeProvider clock)
{
    private readonly ConditionalWeakTable<X509Certificate2, Judgement> _good = [];

    /// <param name="sent">What the client sent beside it; it may be disposed of afterwards.</param>
    /// <returns>Why it is refused, as the end of a sentence; null where it is good.</returns>
    public string? ProblemInHandshake(X509Certificate2 certificate, X509Certificate2Collection sent) =>
        Judge(certificate, [.. sent.Select(each => X509CertificateLoader.LoadCertificate(each.RawData))]);

    /// <returns>Why one that was good in its handshake no longer is; null where it still is.</returns>
    public string? ProblemOf(X509Certificate2 certificate)
    {
        return _good.TryGetValue(certificate, out Judgement? judged) && judged.Authorities == authorities.Current && clock.GetUtcNow() < judged.Until
            ? null
            : Judge(certificate, judged?.Sent ?? []);
    }

    private string? Judge(X509Certificate2 certificate, X509Certificate2[] sent)
    {
        ClientAuthorities current = authorities.Current;
        string? problem = current.ProblemOf(certificate, sent, clock.GetUtcNow());
        if (problem is null)
        {
            DateTimeOffset until = sent.Append(certificate).Select(each => new DateTimeOffset(each.NotAfter)).Append(current.NotAfter).Append(current.ListsEnd ?? DateTimeOffset.MaxValue).Min();
            _good.AddOrUpdate(certificate, new Judgement(current, until, sent));
        }
        return problem;
    }

    private sealed record Judgement(ClientAuthorities Authorities, DateTimeOffset Until, X509Certificate2[] Sent);
}
