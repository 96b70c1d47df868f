namespace Gemel.Http;

/// <summary>The certificates that a server shows or trusts, for status and health.</summary>
public interface ICertificates
{
    IReadOnlyList<CertificateState> States { get; }
}

/// <param name="Name">What it is for: <c>server</c>, <c>clientAuthorities</c>, <c>clientRevocations</c>.</param>
/// <param name="NotAfter">When it, or the first of several, ends.</param>
/// <param name="Failure">Why newer files are not used, or what is used no longer holds; null where all is well.</param>
public sealed record CertificateState(string Name, DateTimeOffset NotAfter, string? Failure);
