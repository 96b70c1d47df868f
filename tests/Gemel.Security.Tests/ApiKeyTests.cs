using System.Text;

namespace Gemel.Security.Tests;

public sealed class ApiKeyTests
{
    [Fact]
    public void A_key_is_recognised_by_its_form_and_checksum()
    {
        string key = ApiKey.Generate();
        Assert.Matches("^gmk_[A-Za-z0-9_-]{49}$", key);
        Assert.Equal(ApiKey.Length, key.Length);
        Assert.True(ApiKey.IsWellFormed(key));
        Assert.NotEqual(key, ApiKey.Generate());
    }

    [Fact]
    public void One_changed_character_is_noticed()
    {
        string key = ApiKey.Generate();
        for (int i = ApiKey.Prefix.Length; i < key.Length; i++)
        {
            char other = key[i] == 'A' ? 'B' : 'A';
            Assert.False(ApiKey.IsWellFormed(key[..i] + other + key[(i + 1)..]), $"character {i}");
        }
    }

    [Fact]
    public void What_is_kept_is_a_hash_of_the_whole_key()
    {
        string key = ApiKey.Generate();
        string hash = ApiKey.Hash(Encoding.ASCII.GetBytes(key));
        Assert.Equal(43, hash.Length);
        Assert.DoesNotContain(key[4..20], hash, StringComparison.Ordinal);
        Assert.Equal(hash, ApiKey.Hash(Encoding.ASCII.GetBytes(key)));
    }

    [Fact]
    public void Keys_in_text_for_logs_are_masked_and_line_ends_are_gone()
    {
        string key = ApiKey.Generate();
        Assert.Equal("GET /x/gmk_***/y FAKE LINE", LogText.Of($"GET /x/{key}/y\nFAKE\u2028LINE"));
        Assert.Equal(201, LogText.Of(new string('x', 5_000)).Length);
    }
}
