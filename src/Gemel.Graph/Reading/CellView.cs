namespace Gemel.Graph;

/// <summary>One cell as it was at a commit.</summary>
public readonly record struct CellView
{
    /// <summary>There is a value; else all but quality and reason is meaningless.</summary>
    public bool HasValue { get; init; }

    /// <summary>Any sample or write has reached it and it was not cleared since; a null may have come before any value.</summary>
    public bool IsSet => HasValue || Quality != Quality.Good;

    /// <summary>The value of kinds held in 64 bits.</summary>
    public long Bits { get; init; }

    /// <summary>The value of Text and Json, not to be changed.</summary>
    public byte[]? Text { get; init; }

    /// <summary>With what staleness, loss of the device and a restart add at the moment of reading.</summary>
    public Quality Quality { get; init; }

    /// <summary>Null where none is given.</summary>
    public string? Reason { get; init; }

    /// <summary>Source time of the present value; none where it has none.</summary>
    public Timestamp Source { get; init; }

    /// <summary>When the journal took the present value.</summary>
    public Timestamp Server { get; init; }

    /// <summary>It came from a device, not by a write.</summary>
    public bool IsFromDevice { get; init; }
}
