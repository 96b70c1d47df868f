using System.Globalization;
using System.Text;
using System.Text.Json;
using Gemel.History;

namespace Gemel.Cluster;

/// <summary>Values of history as JSON.</summary>
internal static class HistoryJson
{
    private static readonly byte[] True = "true"u8.ToArray();
    private static readonly byte[] False = "false"u8.ToArray();

    /// <returns>Empty where there is no value.</returns>
    public static ReadOnlyMemory<byte> Of(in HistoryValue value) => value.Kind switch
    {
        ValueKind.None => default,
        ValueKind.Boolean => value.Bits != 0 ? True : False,
        ValueKind.Integer => Encoding.UTF8.GetBytes(value.Bits.ToString(CultureInfo.InvariantCulture)),
        ValueKind.Single => JsonSerializer.SerializeToUtf8Bytes((float)value.Number),
        ValueKind.Double => JsonSerializer.SerializeToUtf8Bytes(value.Number),
        ValueKind.Json => value.Text,
        _ => Text(value.Text.Span),
    };

    private static byte[] Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(utf8)}\"");
}
