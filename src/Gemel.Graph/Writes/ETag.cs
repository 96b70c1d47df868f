using System.Globalization;

namespace Gemel.Graph;

/// <summary>Weak ETags: the life of the thing and a number that grows with each change that a GET shows.</summary>
internal static class ETag
{
    /// <summary><c>W/"{key in hex}-{version in hex}"</c>.</summary>
    public static string Format(TwinKey key, uint version) =>
        string.Create(CultureInfo.InvariantCulture, $"W/\"{key.Value:x}-{version:x}\"");

    /// <summary>The same as a JSON string.</summary>
    public static void WriteJson(ref JsonSpanWriter json, TwinKey key, uint version)
    {
        json.Raw("\"W/\\\""u8);
        json.Hex(key.Value);
        json.Byte('-');
        json.Hex(version);
        json.Raw("\\\"\""u8);
    }
}
