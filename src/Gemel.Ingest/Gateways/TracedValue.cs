namespace Gemel.Ingest;

/// <summary>What became of one tag of a message, for people who try a mapping.</summary>
/// <param name="Path">Null where there is no target.</param>
/// <param name="ValueJson">In the model's unit; null where there is no value.</param>
/// <param name="Unit">The model's.</param>
/// <param name="SourceTime">Of the value, else of its object; none where the server's time would stand in.</param>
/// <param name="Error">Why the value would be refused; null where it would be taken.</param>
public sealed record TracedValue(
    string Tag, string? Twin, string? Path, string? ValueJson, string? Unit, Timestamp SourceTime, Quality Quality, GemelError? Error);
