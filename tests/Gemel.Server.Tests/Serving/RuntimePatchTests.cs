using Gemel.Server.Serving;

namespace Gemel.Server.Tests.Serving;

public sealed class RuntimePatchTests
{
    [Theory]
    [InlineData("10.0.13", "10.0.13", null)]
    [InlineData("10.1.0", "11.0.0", null)]
    [InlineData("10.0.12", "10.0.13", "the .NET runtime 10.0.12")]
    [InlineData("10.0.13", "10.0.9", "ASP.NET Core 10.0.9")]
    [InlineData("10.0.0", "9.0.20", "the .NET runtime 10.0.0 and ASP.NET Core 9.0.20")]
    public void What_is_older_than_the_known_good_patch_is_named(string runtime, string aspNetCore, string? behind) =>
        Assert.Equal(behind, RuntimePatch.Behind(Version.Parse(runtime), Version.Parse(aspNetCore)));

    [Fact]
    public void The_version_of_the_framework_in_use_is_found() => Assert.Equal(Environment.Version.Major, RuntimePatch.AspNetCore.Major);
}
