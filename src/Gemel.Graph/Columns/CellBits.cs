namespace Gemel.Graph;

/// <summary>The byte that says what a cell is; the two lowest bits are the <see cref="Quality"/> of the sample itself.</summary>
[Flags]
internal enum CellBits : byte
{
    None = 0,
    QualityMask = 3,
    HasValue = 4,
    /// <summary>The present value has no source time; the device's newest one is kept all the same.</summary>
    NoSource = 8,
    FromDevice = 16,
    /// <summary>The source time to show is that of a write, kept apart from the device's newest one.</summary>
    WrittenSource = 32,
    HasReason = 64,
    /// <summary>The present sample brought no value; the last one stays.</summary>
    ValueHeld = 128,
}
