using System.Security.Cryptography.X509Certificates;
using Gemel.Testing;

namespace Gemel.Security.Tests.Certificates;

/// <summary>Which certificates of devices are taken (attack 26).</summary>
public sealed class ClientAuthoritiesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gemel-ca-").FullName;
    private readonly TestAuthority _plant = new();

    public void Dispose()
    {
        _plant.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_certificate_of_the_authority_is_taken()
    {
        using X509Certificate2 good = _plant.Issue("CN=gw-1");
        Assert.Null(ProblemOf(good));
        using X509Certificate2 anyPurpose = _plant.Issue("CN=gw-1", purpose: null);
        Assert.Null(ProblemOf(anyPurpose));
    }

    [Fact]
    public void One_of_another_authority_is_refused_also_where_that_has_the_same_name()
    {
        using TestAuthority foreign = new();
        using X509Certificate2 certificate = foreign.Issue("CN=gw-1");
        Assert.Contains("not good", ProblemOf(certificate), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_over_or_not_yet_begun_is_refused()
    {
        using X509Certificate2 over = _plant.Issue("CN=gw-1", begin: TestAuthority.Now.AddDays(-30), end: TestAuthority.Now.AddSeconds(-1));
        using X509Certificate2 early = _plant.Issue("CN=gw-1", begin: TestAuthority.Now.AddDays(1));
        Assert.Contains("NotTimeValid", ProblemOf(over), StringComparison.Ordinal);
        Assert.Contains("NotTimeValid", ProblemOf(early), StringComparison.Ordinal);
    }

    [Fact]
    public void One_with_a_weak_key_or_for_servers_only_is_refused()
    {
        using X509Certificate2 weak = _plant.Issue("CN=gw-1", isWeak: true);
        using X509Certificate2 ofServer = _plant.Issue("CN=gw-1", purpose: "1.3.6.1.5.5.7.3.1");
        Assert.NotNull(ProblemOf(weak));
        Assert.Contains("NotValidForUsage", ProblemOf(ofServer), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_signed_itself_is_refused()
    {
        SelfSignedCertificate.Ensure(_folder, [], TestAuthority.Now);
        using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, SelfSignedCertificate.CertificateFile));
        Assert.NotNull(ProblemOf(own));
    }

    [Fact]
    public void One_that_is_revoked_is_refused_and_others_are_not()
    {
        using X509Certificate2 lost = _plant.Issue("CN=gw-1");
        using X509Certificate2 kept = _plant.Issue("CN=gw-2");
        _plant.Revoke(lost);
        ClientAuthorities authorities = Open(_plant.RevocationPem());
        Assert.Equal("is revoked", authorities.ProblemOf(lost, [], TestAuthority.Now));
        Assert.Null(authorities.ProblemOf(kept, [], TestAuthority.Now));
    }

    [Fact]
    public void A_list_that_is_over_its_time_lets_nobody_in()
    {
        using X509Certificate2 kept = _plant.Issue("CN=gw-2");
        ClientAuthorities authorities = Open(_plant.RevocationPem(TestAuthority.Now.AddDays(-1)));
        Assert.Contains("cannot be checked", authorities.ProblemOf(kept, [], TestAuthority.Now), StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_list_may_be_appended_to_one_that_is_over_its_time_and_both_say_what_is_revoked()
    {
        using X509Certificate2 lost = _plant.Issue("CN=gw-1");
        using X509Certificate2 kept = _plant.Issue("CN=gw-2");
        string old = _plant.RevocationPem(TestAuthority.Now.AddDays(-1));
        _plant.Revoke(lost);
        ClientAuthorities authorities = Open(old + _plant.RevocationPem(TestAuthority.Now.AddDays(5)));
        Assert.Null(authorities.ProblemOf(kept, [], TestAuthority.Now));
        Assert.Equal("is revoked", authorities.ProblemOf(lost, [], TestAuthority.Now));
        Assert.True(authorities.ListsEnd > TestAuthority.Now);
    }

    [Fact]
    public void A_list_of_somebody_else_and_one_that_was_changed_are_refused()
    {
        using TestAuthority foreign = new();
        Assert.Equal("GMS012", ErrorOf(foreign.RevocationPem()));
        char[] changed = _plant.RevocationPem().ToCharArray();
        changed[120] = changed[120] == 'A' ? 'B' : 'A';
        Assert.Equal("GMS012", ErrorOf(new string(changed)));
        Assert.Equal("GMS012", ErrorOf("-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n"));
        Assert.Equal("GMS012", ErrorOf("nothing"));
    }

    [Theory]
    [InlineData("CN=gw-1, O=Plant", null, "gw-1")]
    [InlineData("CN=gw-1", "urn:gemel:device:line%2F2", "line/2")]
    [InlineData("CN=gw-1", "https://plant.example/gw-9", "gw-1")]
    [InlineData("O=Plant", null, null)]
    [InlineData("CN=a, CN=b", null, null)]
    [InlineData("CN=\"gw+1\"", null, "gw+1")]
    public void The_device_is_named_by_uri_or_common_name(string subject, string? uri, string? device)
    {
        using X509Certificate2 certificate = _plant.Issue(subject, uri);
        Assert.Equal(device, DeviceCertificate.IdOf(certificate));
    }

    private string? ProblemOf(X509Certificate2 certificate) => Open(revocations: null).ProblemOf(certificate, [], TestAuthority.Now);

    private ClientAuthorities Open(string? revocations) => Read(revocations).Value;

    private string ErrorOf(string revocations) => Read(revocations).Errors[0].Code.Code;

    private Outcome<ClientAuthorities> Read(string? revocations)
    {
        string authority = Path.Combine(_folder, "ca.pem");
        string list = Path.Combine(_folder, "crl.pem");
        File.WriteAllText(authority, _plant.Pem);
        File.WriteAllText(list, revocations ?? "");
        return ClientAuthorities.Read(authority, revocations is null ? null : list);
    }
}
