using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Gemel.Testing;

namespace Gemel.Security.Tests.Certificates;

[UnsupportedOSPlatform("windows")]
public sealed class SelfSignedCertificateTests : IDisposable
{
    private static readonly IPAddress Plant = IPAddress.Parse("192.0.2.7");

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("gemel-tls-").FullName, "tls");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void It_is_made_once_and_names_the_machine_and_its_addresses()
    {
        Assert.True(SelfSignedCertificate.Ensure(_folder, [Plant], TestAuthority.Now));
        Assert.False(SelfSignedCertificate.Ensure(_folder, [Plant], TestAuthority.Now));
        using X509Certificate2 made = Read();
        Assert.True(made.MatchesHostname("localhost"));
        Assert.True(made.MatchesHostname("127.0.0.1"));
        Assert.True(made.MatchesHostname("192.0.2.7"));
        Assert.False(made.MatchesHostname("192.0.2.8"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, SelfSignedCertificate.KeyFile)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public void It_is_renewed_before_its_end_for_a_new_address_and_where_the_key_is_another()
    {
        SelfSignedCertificate.Ensure(_folder, [], TestAuthority.Now);
        Assert.False(SelfSignedCertificate.Ensure(_folder, [], TestAuthority.Now.AddDays(366)));
        Assert.True(SelfSignedCertificate.Ensure(_folder, [], TestAuthority.Now.AddDays(368)));
        SelfSignedCertificate.Ensure(_folder, [], TestAuthority.Now);
        Assert.True(SelfSignedCertificate.Ensure(_folder, [Plant], TestAuthority.Now));
        File.WriteAllText(Path.Combine(_folder, SelfSignedCertificate.KeyFile), "");
        Assert.True(SelfSignedCertificate.Ensure(_folder, [Plant], TestAuthority.Now));
    }

    [Fact]
    public void Two_folders_share_nothing()
    {
        SelfSignedCertificate.Ensure(_folder, [], TestAuthority.Now);
        using X509Certificate2 first = Read();
        Directory.Delete(_folder, recursive: true);
        SelfSignedCertificate.Ensure(_folder, [], TestAuthority.Now);
        using X509Certificate2 second = Read();
        Assert.NotEqual(first.GetPublicKeyString(), second.GetPublicKeyString());
    }

    private X509Certificate2 Read() => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, SelfSignedCertificate.CertificateFile));
}
