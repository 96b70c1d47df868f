namespace Gemel.Query.Values;

/// <summary>What a condition comes to on each row of a batch; rows in neither mask are undefined.</summary>
internal readonly record struct TruthMask(RowMask True, RowMask False)
{
    public static TruthMask Of(Truth truth, RowMask rows) => truth switch
    {
        Truth.True => new TruthMask(rows, RowMask.None),
        Truth.False => new TruthMask(RowMask.None, rows),
        _ => default,
    };

    public static TruthMask operator !(TruthMask mask) => new(mask.False, mask.True);

    public static TruthMask operator &(TruthMask left, TruthMask right) => new(left.True & right.True, left.False | right.False);

    public static TruthMask operator |(TruthMask left, TruthMask right) => new(left.True | right.True, left.False & right.False);
}
