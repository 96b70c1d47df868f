namespace Gemel.Query.Values;

/// <summary>What a condition comes to; the logic is Kleene's (strong three-valued logic).</summary>
internal enum Truth : byte
{
    Undefined,
    False,
    True,
}

internal static class TruthExtensions
{
    public static Truth ToTruth(this bool value) => value ? Truth.True : Truth.False;

    public static Truth Negated(this Truth truth) => truth switch
    {
        Truth.True => Truth.False,
        Truth.False => Truth.True,
        _ => Truth.Undefined,
    };
}
