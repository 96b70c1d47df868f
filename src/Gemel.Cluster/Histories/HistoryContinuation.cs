using System.Text.Json;

namespace Gemel.Cluster;

/// <summary>The token of a further page: per path the source time of its last point; base64url over JSON.</summary>
internal static class HistoryContinuation
{
    /// <returns>Null where every path is read to its end.</returns>
    public static string? Write(IEnumerable<(string Path, Timestamp? Next)> series)
    {
        Dictionary<string, long> after = series.Where(s => s.Next is not null).ToDictionary(s => s.Path, s => s.Next!.Value.Ticks);
        return after.Count == 0 ? null : System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(after));
    }

    public static bool TryRead(string token, out IReadOnlyDictionary<string, Timestamp>? after)
    {
        after = null;
        try
        {
            byte[] json = System.Buffers.Text.Base64Url.DecodeFromChars(token);
            after = JsonSerializer.Deserialize<Dictionary<string, long>>(json)?.ToDictionary(p => p.Key, p => new Timestamp(p.Value));
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            return false;
        }
        return after is { Count: > 0 } && after.Values.All(time => time > Timestamp.None && time < HistoryBounds.End);
    }
}
