namespace Gemel.Security;

/// <summary>The keys of a data folder.</summary>
/// <param name="Administrator">May do everything.</param>
/// <param name="Metrics">Reads <c>/metrics</c> and nothing else, so that no scraper needs the administrator's.</param>
public sealed record AccessKeys(AccessKey Administrator, AccessKey Metrics)
{
    public const string AdministratorFile = "admin.key";
    public const string MetricsFile = "metrics.key";

    /// <summary>Reads the keys of a data folder, or makes those that are missing.</summary>
    /// <exception cref="GemelException">GMS001, a file holds no key; GMS002, others may read it.</exception>
    public static AccessKeys Open(string dataFolder) =>
        new(AccessKey.Open(dataFolder, AdministratorFile), AccessKey.Open(dataFolder, MetricsFile));
}
