using System.Text;

namespace Gemel.Security.Tests;

public sealed class SecretTests
{
    [Fact]
    public void A_secret_matches_its_own_hash_and_no_other()
    {
        string secret = Secret.Generate();
        Assert.True(Secret.Verify(Secret.Hash(secret), Encoding.UTF8.GetBytes(secret)));
        Assert.False(Secret.Verify(Secret.Hash(Secret.Generate()), Encoding.UTF8.GetBytes(secret)));
    }

    [Fact]
    public void The_hash_does_not_contain_the_secret_and_differs_each_time()
    {
        string secret = Secret.Generate();
        string hash = Secret.Hash(secret);
        Assert.DoesNotContain(secret, hash);
        Assert.NotEqual(hash, Secret.Hash(secret));
    }

    [Fact]
    public void Nobody_is_never_verified() => Assert.False(Secret.Verify(stored: null, "x"u8));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("md5$AAAA$AAAA")]
    public void A_stored_form_that_is_not_ours_verifies_nothing(string stored) => Assert.False(Secret.Verify(stored, "x"u8));
}
