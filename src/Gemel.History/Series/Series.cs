namespace Gemel.History;

/// <summary>The samples of one path of one life of a twin under one unit.</summary>
/// <param name="Id">Number within the store.</param>
/// <param name="Twin">The life of the twin.</param>
/// <param name="TwinId">The id the twin bears; several lives may share it.</param>
/// <param name="Path">Property or telemetry path, components separated by dots: <c>motor.speed</c>.</param>
/// <param name="Unit">The unit under which the values came; null where the model declares none.</param>
public sealed record Series(SeriesId Id, TwinKey Twin, string TwinId, string Path, string? Unit);
