namespace Gemel.Graph;

/// <summary>What a twin's JSON shows, by the version of Azure's interface that the client speaks.</summary>
/// <param name="HasTimes"><c>$lastUpdateTime</c> and <c>sourceTime</c>, from api-version 2022-05-31 on; older SDKs refuse the first.</param>
/// <param name="IncludeTelemetry">Adds <c>$telemetry</c>, the last values, which Azure's body does not have.</param>
public readonly record struct TwinJsonOptions(bool HasTimes, bool IncludeTelemetry = false)
{
    /// <summary>As api-version 2022-05-31 and later.</summary>
    public static TwinJsonOptions Current => new(HasTimes: true);

    /// <summary>As api-version 2020-10-31.</summary>
    public static TwinJsonOptions First => new(HasTimes: false);
}
