namespace Gemel.Graph;

/// <summary>The layout of a sample batch: bytes between a door and a shard of the same version, never stored.</summary>
/// <remarks>
/// All numbers little-endian. Batch: received ticks (8), lengths of actor and origin (2 each), both in UTF-8, objects.
/// Object: key (8), source ticks or 0 (8), schema id (4), item (4), flags (2), count of values (2), values.
/// Value: column (2), <see cref="ValueFlags"/> (1), length of the reason (1); then bits (8) or length (4) and text, own source
/// ticks (8), reason, each only where a flag or length says so.
/// </remarks>
internal static class SampleBatchFormat
{
    public const int HeaderBytes = 12;
    public const int ObjectBytes = 28;
    public const int ValueBytes = 4;

    public const ushort AtomicObject = 1;
}

/// <summary>The two lowest bits are the <see cref="Quality"/>.</summary>
[Flags]
internal enum ValueFlags : byte
{
    None = 0,
    QualityMask = 3,
    HasBits = 4,
    HasText = 8,
    OwnSource = 16,
}
