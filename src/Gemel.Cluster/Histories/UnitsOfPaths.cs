using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>The units in which the points of a twin are given: those of its present model.</summary>
internal sealed class UnitsOfPaths(TwinSchema? schema)
{
    /// <returns>Null where the model gives none, or there is no such path any more.</returns>
    public string? Of(string path) => schema?.FindPath(path)?.Unit;

    public double Convert(string path, string? storedUnit, double value)
    {
        return Of(path) is { } unit && storedUnit is not null && unit != storedUnit && Units.TryConvert(storedUnit, unit, value, out double converted)
            ? converted
            : value;
    }
}
