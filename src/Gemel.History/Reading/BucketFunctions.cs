namespace Gemel.History;

/// <summary>What to compute per bucket.</summary>
[Flags]
public enum BucketFunctions
{
    None = 0,
    /// <summary>Arithmetic mean over samples.</summary>
    Mean = 1,
    /// <summary>Mean weighted by the time each value held (step interpolation).</summary>
    TimeWeighted = 2,
    Min = 4,
    Max = 8,
    Sum = 16,
    Count = 32,
    First = 64,
    Last = 128,
    All = 255,
}
