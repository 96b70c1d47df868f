using System.Diagnostics;
using System.Text.Json;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>An event as a client of the change stream saw it.</summary>
/// <param name="Id">The resume token.</param>
/// <param name="Time">When it came.</param>
/// <param name="Counts">The values of <c>count</c> in it.</param>
internal sealed record SeenEvent(string Id, long Time, string Twin, IReadOnlyList<int> Counts)
{
    public static SeenEvent Of(string id, JsonElement change)
    {
        JsonElement data = change.GetProperty("data");
        List<int> counts = [];
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("values", out JsonElement values))
        {
            counts.AddRange(values.EnumerateArray().Where(v => v.GetProperty("path").GetString() == "count").Select(v => v.GetProperty("v").GetInt32()));
        }
        return new SeenEvent(id, Stopwatch.GetTimestamp(), change.GetProperty("subject").GetString()!, counts);
    }
}
