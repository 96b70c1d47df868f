using CsCheck;

namespace Gemel.Abstractions.Tests;

public sealed class TwinKeyMapTests
{
    private static readonly Gen<TwinKey> Key = Gen.Select(Gen.Int[0, 3], Gen.ULong[1, 60], (slot, sequence) => TwinKey.Create(slot * 1365, sequence));

    [Fact]
    public void It_answers_like_a_dictionary_whatever_is_set_and_removed()
    {
        Gen.Select(Key, Gen.Bool).Array[0, 300].Sample(steps =>
        {
            TwinKeyMap<string> map = new();
            Dictionary<TwinKey, string> model = [];
            foreach ((TwinKey key, bool isSet) in steps)
            {
                if (isSet)
                {
                    map.Set(key, $"{key}/{model.Count}");
                    model[key] = $"{key}/{model.Count}";
                }
                else
                {
                    map.Remove(key);
                    model.Remove(key);
                }
                bool found = map.TryGetValue(key, out string? value);
                Assert.Equal(model.TryGetValue(key, out string? expected), found);
                Assert.Equal(expected, value);
                Assert.Equal(model.Count, map.Count);
            }
        });
    }

    [Fact]
    public void The_last_sequence_of_a_slot_that_fits_and_unknown_ones_are_told_apart()
    {
        TwinKeyMap<string> map = new();
        map.Set(TwinKey.Create(4095, 1_000_000), "far");
        Assert.True(map.TryGetValue(TwinKey.Create(4095, 1_000_000), out _));
        Assert.False(map.TryGetValue(TwinKey.Create(4095, 999_999), out _));
        Assert.False(map.TryGetValue(TwinKey.Create(4095, ulong.MaxValue >> 24), out _));
        Assert.False(map.TryGetValue(TwinKey.Create(0, 1), out _));
    }
}
