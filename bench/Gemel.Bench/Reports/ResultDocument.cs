using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gemel.Bench.Reports;

/// <summary>A run as JSON, for programs.</summary>
internal static class ResultDocument
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(Machine machine, BenchOptions options, IReadOnlyList<ScenarioResult> results) =>
        JsonSerializer.Serialize(new { machine, seconds = options.Seconds, rounds = options.Rounds, results }, Options);
}
