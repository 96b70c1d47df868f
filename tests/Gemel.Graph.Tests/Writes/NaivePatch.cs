using System.Text.Json.Nodes;

namespace Gemel.Graph.Tests.Writes;

/// <summary>RFC 6902 on a whole document, for comparison; knows no schema.</summary>
internal static class NaivePatch
{
    /// <summary>The document after the patch; null where an operation cannot be done.</summary>
    public static JsonObject? Apply(JsonObject document, JsonArray patch)
    {
        JsonObject copy = document.DeepClone().AsObject();
        return patch.All(o => TryApply(copy, o!.AsObject())) ? copy : null;
    }

    private static bool TryApply(JsonObject document, JsonObject operation)
    {
        string[] names = [.. ((string)operation["path"]!)[1..].Split('/').Select(n => n.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
        JsonNode? parent = document;
        foreach (string name in names[..^1])
        {
            parent = parent switch
            {
                JsonObject o => o[name],
                JsonArray a => int.TryParse(name, out int i) && i < a.Count ? a[i] : null,
                _ => null,
            };
        }
        string op = (string)operation["op"]!;
        JsonNode? value = operation["value"]?.DeepClone();
        return parent switch
        {
            JsonObject o => TryChange(o, op, names[^1], value),
            JsonArray a => TryChange(a, op, names[^1], value),
            _ => false,
        };
    }

    private static bool TryChange(JsonObject parent, string op, string name, JsonNode? value)
    {
        if (op != "add" && !parent.ContainsKey(name))
        {
            return false;
        }
        if (op == "remove")
        {
            return parent.Remove(name);
        }
        parent[name] = value;
        return true;
    }

    private static bool TryChange(JsonArray parent, string op, string name, JsonNode? value)
    {
        int at = name == "-" ? parent.Count : int.Parse(name, System.Globalization.CultureInfo.InvariantCulture);
        if (at > parent.Count || (op != "add" && at == parent.Count))
        {
            return false;
        }
        if (op != "add")
        {
            parent.RemoveAt(at);
        }
        if (op != "remove")
        {
            parent.Insert(at, value);
        }
        return true;
    }
}
