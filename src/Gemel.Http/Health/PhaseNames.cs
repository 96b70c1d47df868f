using Gemel.Cluster;

namespace Gemel.Http.Health;

internal static class PhaseNames
{
    public static string Of(InstancePhase phase) => phase switch
    {
        InstancePhase.Starting => "starting",
        InstancePhase.Ready => "ready",
        InstancePhase.ReadOnly => "readOnly",
        _ => "stopping",
    };
}
