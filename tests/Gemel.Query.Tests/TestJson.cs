using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gemel.Query.Tests;

internal static class TestJson
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
