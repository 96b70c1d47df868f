using System.Text.Json;

namespace Gemel.Server.Demo;

/// <summary>The files of <c>samples/pumping-station</c>: models, twins, relationships.</summary>
/// <param name="Models">DTDL documents.</param>
/// <param name="Twins">With <c>$dtId</c> and model.</param>
/// <param name="Relationships">In the form of bulk import: <c>$dtId</c> is the source.</param>
internal sealed record SamplePlant(
    IReadOnlyList<JsonElement> Models, IReadOnlyList<JsonElement> Twins, IReadOnlyList<JsonElement> Relationships)
{
    /// <summary>Where the build puts the samples beside the program.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "samples", "pumping-station");

    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static SamplePlant Load(string folder)
    {
        JsonElement[] models =
        [
            .. Directory.EnumerateFiles(Path.Combine(folder, "models"), "*.json")
                .Order(StringComparer.Ordinal)
                .Select(path => Parse(File.ReadAllText(path))),
        ];
        var sections = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        List<JsonElement> section = [];
        foreach (JsonElement line in File.ReadLines(Path.Combine(folder, "graph.ndjson")).Where(l => l.Length > 0).Select(Parse))
        {
            if (line.TryGetProperty("Section", out JsonElement name))
            {
                sections[name.GetString()!] = section = [];
            }
            else
            {
                section.Add(line);
            }
        }
        return new SamplePlant(models, sections.GetValueOrDefault("Twins") ?? [], sections.GetValueOrDefault("Relationships") ?? []);
    }

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
