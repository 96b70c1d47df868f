using System.Collections.Immutable;

namespace Gemel.Server.Demo.Plant;

/// <summary>Starts and stops pumps by the level of the tank, with hysteresis and a lead that alternates.</summary>
/// <remarks>The usual duty and standby scheme of wet wells: the lead starts at the start level, the next one <see cref="AssistAbove"/> metres higher, all
/// stop at the stop level, and then another one leads, so that they wear alike.</remarks>
internal static class LevelController
{
    /// <summary>Metres above the start level at which the second pump helps.</summary>
    public const double AssistAbove = 0.4;

    /// <summary>Which pumps are called at a level, and which leads next.</summary>
    /// <param name="called">Of each pump, whether it was called before.</param>
    public static (ImmutableArray<bool> Called, int Lead) Decide(ImmutableArray<bool> called, int lead, PlantInputs inputs, double level)
    {
        bool[] next = [.. called.Select((was, i) => inputs.Pumps[i].Mode switch
        {
            PumpMode.Off => false,
            PumpMode.Manual => true,
            _ => was && level > inputs.StopLevel,
        })];
        int wanted = level >= inputs.StartLevel + AssistAbove ? 2 : level >= inputs.StartLevel ? 1 : 0;
        for (int k = 0; k < next.Length && next.Count(c => c) < wanted; k++)
        {
            int candidate = (lead + k) % next.Length;
            next[candidate] |= inputs.Pumps[candidate].Mode == PumpMode.Automatic;
        }
        bool allStopped = called.Contains(true) && !next.Contains(true);
        return ([.. next], allStopped ? (lead + 1) % next.Length : lead);
    }
}
