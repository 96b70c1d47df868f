namespace Gemel.Graph;

/// <summary>The stored form of a shard at one commit; described in <c>docs/reference/checkpoint-format.md</c>, held by golden bytes.</summary>
internal static class CheckpointFormat
{
    public const ushort Version = 1;

    /// <summary>Length (4) and kind (1) before the body of each part; the length is the body's.</summary>
    public const int FrameBytes = 5;
}

/// <summary>Kinds of parts. The numbers are part of the stored format.</summary>
internal enum CheckpointPart : byte
{
    Header = 1,
    Rows = 2,
    Relationships = 3,
    End = 4,
}
