using System.Runtime.Versioning;
using System.Text;

namespace Gemel.Security.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class AccessKeyTests : IDisposable
{
    private const string Name = "some.key";

    private readonly string _folder = Directory.CreateTempSubdirectory("gemel-key-").FullName;

    [Fact]
    public void The_first_start_makes_a_key_that_later_starts_find_again()
    {
        AccessKey first = AccessKey.Open(_folder, Name);
        AccessKey second = AccessKey.Open(_folder, Name);
        Assert.Equal(first.Value, second.Value);
        Assert.True(second.Matches(Encoding.UTF8.GetBytes(first.Value)));
        Assert.False(second.Matches("other"u8));
    }

    [Fact]
    public void The_key_file_is_the_owners_alone()
    {
        AccessKey key = AccessKey.Open(_folder, Name);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key.File));
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_refused()
    {
        AccessKey key = AccessKey.Open(_folder, Name);
        File.SetUnixFileMode(key.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        GemelException refused = Assert.Throws<GemelException>(() => AccessKey.Open(_folder, Name));
        Assert.Equal("GMS002", refused.Error.Code.Code);
    }

    [Fact]
    public void An_empty_key_file_is_refused_and_named()
    {
        string file = Path.Combine(_folder, Name);
        using (File.Create(file))
        {
        }
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        GemelException refused = Assert.Throws<GemelException>(() => AccessKey.Open(_folder, Name));
        Assert.Contains(file, refused.Message);
    }

    [Fact]
    public void Two_installations_never_share_a_key()
    {
        string other = Directory.CreateTempSubdirectory("gemel-key-").FullName;
        Assert.NotEqual(AccessKey.Open(_folder, Name).Value, AccessKey.Open(other, Name).Value);
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public void Each_purpose_has_a_key_and_a_file_of_its_own()
    {
        AccessKeys keys = AccessKeys.Open(_folder);
        Assert.NotEqual(keys.Administrator.Value, keys.Metrics.Value);
        Assert.Equal(["admin.key", "metrics.key"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        Assert.Equal(keys.Metrics.Value, AccessKeys.Open(_folder).Metrics.Value);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
