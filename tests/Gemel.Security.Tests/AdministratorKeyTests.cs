using System.Runtime.Versioning;
using System.Text;

namespace Gemel.Security.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class AdministratorKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gemel-key-").FullName;

    [Fact]
    public void The_first_start_makes_a_key_that_later_starts_find_again()
    {
        AdministratorKey first = AdministratorKey.Open(_folder);
        AdministratorKey second = AdministratorKey.Open(_folder);
        Assert.Equal(first.Value, second.Value);
        Assert.True(second.Matches(Encoding.UTF8.GetBytes(first.Value)));
        Assert.False(second.Matches("other"u8));
    }

    [Fact]
    public void The_key_file_is_the_owners_alone()
    {
        AdministratorKey key = AdministratorKey.Open(_folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key.File));
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_refused()
    {
        AdministratorKey key = AdministratorKey.Open(_folder);
        File.SetUnixFileMode(key.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        GemelException refused = Assert.Throws<GemelException>(() => AdministratorKey.Open(_folder));
        Assert.Equal("GMS002", refused.Error.Code.Code);
    }

    [Fact]
    public void An_empty_key_file_is_refused_and_named()
    {
        string file = Path.Combine(_folder, AdministratorKey.FileName);
        using (File.Create(file))
        {
        }
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        GemelException refused = Assert.Throws<GemelException>(() => AdministratorKey.Open(_folder));
        Assert.Contains(file, refused.Message);
    }

    [Fact]
    public void Two_installations_never_share_a_key()
    {
        string other = Directory.CreateTempSubdirectory("gemel-key-").FullName;
        Assert.NotEqual(AdministratorKey.Open(_folder).Value, AdministratorKey.Open(other).Value);
        Directory.Delete(other, recursive: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
