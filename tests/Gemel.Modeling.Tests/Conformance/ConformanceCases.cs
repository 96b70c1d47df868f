using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gemel.Modeling.Tests.Conformance;

/// <summary>One case of the reference parser's test cases.</summary>
/// <param name="Name">Family, file and number within the file: <c>generated/ArrayV2#0</c>.</param>
internal sealed record ConformanceCase(string Name, int Version, bool IsValid, IReadOnlyList<ModelDocument> Documents, UnknownExtensions UnknownExtensions, bool NeedsUnsupported);

internal static class ConformanceCases
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<ConformanceCase> Read(string folder)
    {
        foreach (string family in (string[])["generated", "specification", "doc-examples", "solecisms"])
        {
            foreach (string file in Directory.GetFiles(Path.Combine(folder, family), "*.json").Order(StringComparer.Ordinal))
            {
                using JsonDocument parsed = JsonDocument.Parse(File.ReadAllBytes(file).AsMemory(3));
                JsonElement[] cases = parsed.RootElement.ValueKind == JsonValueKind.Array ? [.. parsed.RootElement.EnumerateArray()] : [parsed.RootElement];
                for (int i = 0; i < cases.Length; i++)
                {
                    yield return Read($"{family}/{Path.GetFileNameWithoutExtension(file)}#{i}", cases[i]);
                }
            }
        }
    }

    private static ConformanceCase Read(string name, JsonElement element)
    {
        ModelDocument[] documents = [.. element.GetProperty("input").EnumerateArray().Select((text, i) => new ModelDocument($"{i}", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(text, Indented))))];
        HashSet<string> options = element.TryGetProperty("options", out JsonElement given) ? [.. given.EnumerateArray().Select(o => o.GetString()!)] : [];
        UnknownExtensions unknown = options.Contains("AllowUndefinedExtensions") ? UnknownExtensions.Tolerated
            : options.Contains("DisallowUndefinedExtensions") ? UnknownExtensions.Refused : UnknownExtensions.ByVersion;
        // A resolver that is asked for further models, quirks and limits set from outside are not part of an upload.
        bool special = HasItems(element, "resolution") || HasItems(element, "partialResolution") || HasItems(element, "quirks") || HasItems(element, "acceptableLimits")
            || element.TryGetProperty("maxDtdlVersion", out _);
        int version = name[(name.LastIndexOf('V') + 1)..name.LastIndexOf('#')] is ['2' or '3' or '4'] digit ? digit[0] - '0' : 0;
        return new ConformanceCase(name, version, element.GetProperty("valid").GetBoolean(), documents, unknown, special);
    }

    private static bool HasItems(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0;
}
