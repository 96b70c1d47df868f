namespace Gemel.Abstractions.Tests;

public sealed class IdTests
{
    public static TheoryData<string> Welcome =>
    [
        "a", "...", ".a", "pump 1", "a/b", "50%25", "\"quoted\"", "it's", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "https://example.org/a?b=c#d",
        "🚰", "ümlaut", "__proto__", "a#", "a+b", "a$", new string('x', 128), string.Concat(Enumerable.Repeat("🚰", 128)),
    ];

    public static TheoryData<string> Refused =>
    [
        "", ".", "..", "/a", "#a", "+a", "$a", "a\0b", "a\nb", "a\u0085b", new string('x', 129), string.Concat(Enumerable.Repeat("🚰", 129)), "a\ud800", new string('x', 2000),
    ];

    [Theory]
    [MemberData(nameof(Welcome))]
    public void An_id_by_the_rules_is_taken_as_it_is(string id) => Assert.Equal(id, TwinId.Create(id).Value);

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_id_against_the_rules_is_refused_with_the_rule(string id)
    {
        Assert.False(TwinId.TryCreate(id, out _));
        GemelException refused = Assert.Throws<GemelException>(() => TwinId.Create(id));
        Assert.Equal("GMA001", refused.Error.Code.Code);
    }

    [Theory]
    // Stored keys hold the slot: these numbers may never change.
    [InlineData("P1", 2973)]
    [InlineData("bed-001", 3819)]
    [InlineData("🚰", 2418)]
    public void The_slot_of_an_id_is_part_of_the_stored_format(string id, int slot) => Assert.Equal(slot, Slots.Of(TwinId.Create(id)));

    [Fact]
    public void Slots_of_text_and_of_utf8_are_the_same_also_for_long_ids()
    {
        string id = string.Concat(Enumerable.Repeat("🚰ü", 64));
        Assert.Equal(Slots.Of(System.Text.Encoding.UTF8.GetBytes(id)), Slots.Of(id));
    }

    [Theory]
    [InlineData("dtmi:a:b;2", "dtmi:a:b;1", true)]
    [InlineData("dtmi:a:b;1", "dtmi:a:b;1", true)]
    [InlineData("dtmi:a:b;1", "dtmi:a:b;2", false)]
    [InlineData("dtmi:a:b;1.10", "dtmi:a:b;1.9", true)]
    [InlineData("dtmi:a:b", "dtmi:a:b;1", false)]
    [InlineData("dtmi:a:c;9", "dtmi:a:b;1", false)]
    public void A_model_counts_as_an_older_version_of_itself(string model, string asked, bool counts) =>
        Assert.Equal(counts, new ModelId(model).IsSameOrNewerThan(new ModelId(asked)));
}
