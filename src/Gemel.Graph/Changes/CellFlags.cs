namespace Gemel.Graph;

/// <summary>What a journaled cell is besides its value. The numbers are part of the stored format (<c>changes.proto</c>).
/// No flag at all: a device's live value with a source time that became the present one.</summary>
[Flags]
public enum CellFlags : uint
{
    None = 0,
    /// <summary>Older than the present value: goes to history, leaves the state as it is.</summary>
    Late = 1,
    /// <summary>Another value at the source time of the present one; it wins.</summary>
    Correction = 2,
    /// <summary>Older than the live window when it came: no notification, no command.</summary>
    Backfill = 4,
    /// <summary>The property was removed; there is no value any more.</summary>
    Cleared = 8,
    /// <summary>The sample brought no value (null, or one that does not fit); the last value stays.</summary>
    NoValue = 16,
    /// <summary>Has no source time, or one that was not believed; server time stands in.</summary>
    NoSource = 32,
    /// <summary>Set by a write (PUT, PATCH), not by a device.</summary>
    Written = 64,
}
