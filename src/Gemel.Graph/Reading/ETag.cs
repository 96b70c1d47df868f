using System.Globalization;

namespace Gemel.Graph;

/// <summary>Weak ETags, with <c>W/</c> and quotes. None is ever given to two different states.</summary>
/// <remarks>A twin's is made of the number of its life, which is never used again, and its version; a relationship's of the commit and the
/// version, for a relationship deleted and made again may begin its versions anew.</remarks>
public static class ETag
{
    public static string Of(TwinView view) => Format(view.Key.Value, view.Version);

    public static string Of(RelationshipRecord relationship) => Format((ulong)relationship.SinceCommit, relationship.Version);

    /// <summary>The present ETag of a twin, pending changes included; under the shard's gate.</summary>
    internal static string Of(Twin twin) => Format(twin.Key.Value, twin.Version);

    internal static void WriteJson(ref JsonSpanWriter json, TwinView view) => WriteJson(ref json, view.Key.Value, view.Version);

    internal static void WriteJson(ref JsonSpanWriter json, RelationshipRecord relationship) =>
        WriteJson(ref json, (ulong)relationship.SinceCommit, relationship.Version);

    private static string Format(ulong origin, uint version) => string.Create(CultureInfo.InvariantCulture, $"W/\"{origin:x}-{version:x}\"");

    private static void WriteJson(ref JsonSpanWriter json, ulong origin, uint version)
    {
        json.Raw("\"W/\\\""u8);
        json.Hex(origin);
        json.Byte('-');
        json.Hex(version);
        json.Raw("\\\"\""u8);
    }
}
