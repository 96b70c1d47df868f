namespace Gemel.Ingest;

/// <summary>What is done with data that does not fit; section <c>Ingest</c> of the configuration.</summary>
public sealed record IngestOptions
{
    /// <summary>A value that does not fit is left out alone, or with its whole object.</summary>
    public InvalidValues OnInvalid { get; init; } = InvalidValues.Value;

    public UnknownNames OnUnknown { get; init; } = UnknownNames.Reject;

    /// <summary>Objects in one message.</summary>
    public int MaxObjects { get; init; } = 10_000;

    /// <summary>Nesting of JSON and CBOR.</summary>
    public int MaxDepth { get; init; } = 64;
}

public enum InvalidValues
{
    Value,
    Object,
}

public enum UnknownNames
{
    Reject,
    Ignore,
}
