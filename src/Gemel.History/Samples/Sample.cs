namespace Gemel.History;

/// <summary>One value of one series at one time, as handed to <see cref="HistoryStore.Append(in Sample)"/>.</summary>
public readonly ref struct Sample
{
    public required SeriesId Series { get; init; }

    /// <summary>Source time; the server time where there was none. Years 1678 to 2261.</summary>
    public required Timestamp SourceTime { get; init; }

    public required Timestamp ServerTime { get; init; }

    /// <summary><see cref="ValueKind.None"/> records that there was no value (null): a gap.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>As <see cref="ValueKind"/> says for the kind; a double must be finite. Ignored for text and JSON.</summary>
    public long Bits { get; init; }

    /// <summary>UTF-8 of text and JSON values; for <see cref="ValueKind.Enum"/> the enum value as the model spells it, so
    /// that the files can be read without the model. Copied by the store.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    public Quality Quality { get; init; }

    /// <summary>Why the quality is not good; null where nothing is to say.</summary>
    public string? Reason { get; init; }

    public SampleFlags Flags { get; init; }

    /// <summary>The refused source time of a device whose clock is wrong; <see cref="Timestamp.None"/> otherwise.</summary>
    public Timestamp ClaimedTime { get; init; }
}
