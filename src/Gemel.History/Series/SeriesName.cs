namespace Gemel.History;

/// <param name="Path">Property or telemetry path, components separated by dots: <c>motor.speed</c>.</param>
/// <param name="Unit">The unit under which the values come; null where the model declares none.</param>
public readonly record struct SeriesName(string Path, string? Unit);
