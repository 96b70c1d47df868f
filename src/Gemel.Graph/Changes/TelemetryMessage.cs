namespace Gemel.Graph;

/// <summary>Telemetry as it was sent, for event routes.</summary>
/// <param name="Component">Null for the twin's own.</param>
/// <param name="Source">As the sender says; none where it does not.</param>
public readonly record struct TelemetryMessage(string? Component, string MessageId, Timestamp Source, ReadOnlyMemory<byte> Payload, string ContentType);
