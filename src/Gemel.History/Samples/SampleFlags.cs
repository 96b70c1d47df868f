namespace Gemel.History;

/// <summary>How a sample came. The bits are part of the stored format (column <c>flags</c>).</summary>
[Flags]
public enum SampleFlags : byte
{
    None = 0,
    /// <summary>Older than the present value when it arrived; it went to history only.</summary>
    Late = 1,
    /// <summary>Another value for a source time that already had one.</summary>
    Correction = 2,
    /// <summary>Older than the live window when it arrived.</summary>
    Backfill = 4,
    /// <summary>It carried no source time: the server time stands in.</summary>
    NoSourceTime = 8,
    /// <summary>Its source time was refused (clock); the server time stands in and the claim is kept beside it.</summary>
    ClockRefused = 16,
}
