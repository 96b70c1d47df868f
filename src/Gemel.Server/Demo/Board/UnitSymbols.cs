using System.Text.Json;

namespace Gemel.Server.Demo.Board;

/// <summary>The unit of each path of a model, as people write it.</summary>
internal sealed class UnitSymbols
{
    private static readonly Dictionary<string, string> Symbols = new(StringComparer.Ordinal)
    {
        ["ampere"] = "A",
        ["bar"] = "bar",
        ["centimetrePerSecond"] = "cm/s",
        ["cubicMetre"] = "m³",
        ["degreeCelsius"] = "°C",
        ["gForce"] = "g",
        ["hour"] = "h",
        ["kilowatt"] = "kW",
        ["litrePerMinute"] = "l/min",
        ["metre"] = "m",
        ["milliampere"] = "mA",
        ["millimetre"] = "mm",
        ["revolutionPerMinute"] = "rpm",
        ["volt"] = "V",
    };

    private readonly Dictionary<(string Model, string Path), string> _units = [];

    /// <param name="models">DTDL interfaces; what a model extends is not looked at.</param>
    public UnitSymbols(IReadOnlyList<JsonElement> models)
    {
        Dictionary<string, JsonElement> byId = models.ToDictionary(model => model.GetProperty("@id").GetString()!, StringComparer.Ordinal);
        foreach ((string id, JsonElement model) in byId)
        {
            Add(id, "", model, byId);
        }
    }

    /// <summary>Symbol of a path's unit; the unit's own name where it has no symbol here, empty where there is no unit.</summary>
    public string Of(string model, string path) =>
        _units.TryGetValue((model, path), out string? unit) ? Symbols.GetValueOrDefault(unit, unit) : "";

    private void Add(string id, string prefix, JsonElement model, Dictionary<string, JsonElement> byId)
    {
        foreach (JsonElement content in model.GetProperty("contents").EnumerateArray())
        {
            string path = prefix + content.GetProperty("name").GetString();
            if (content.TryGetProperty("unit", out JsonElement unit))
            {
                _units[(id, path)] = unit.GetString()!;
            }
            JsonElement type = content.GetProperty("@type");
            bool isComponent = type.ValueKind == JsonValueKind.String && type.ValueEquals("Component");
            if (isComponent && byId.TryGetValue(content.GetProperty("schema").GetString()!, out JsonElement component))
            {
                Add(id, $"{path}.", component, byId);
            }
        }
    }
}
