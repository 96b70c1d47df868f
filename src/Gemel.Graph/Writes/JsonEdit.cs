using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gemel.Graph;

/// <summary>Applies one patch operation below the root of a JSON value (RFC 6902 section 4).</summary>
internal static class JsonEdit
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonInput.MaxDepth * 3 };

    /// <summary>A value to work on; the text is not kept.</summary>
    public static JsonNode Parse(ReadOnlySpan<byte> json) =>
        JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = JsonInput.MaxDepth + 1 })
        ?? throw new ArgumentException("A property's value is never null.", nameof(json));

    public static byte[] Serialize(JsonNode value) => JsonSerializer.SerializeToUtf8Bytes(value, Compact);

    /// <summary>Changes the value, or says why that cannot be done; then it is as before.</summary>
    /// <param name="names">The way from the value's root to the place; at least one name.</param>
    public static GemelError? Apply(JsonNode root, PatchOperation operation, ReadOnlySpan<string> names)
    {
        GemelError? error = names.Length > JsonInput.MaxDepth
            ? GraphErrors.TooDeep.With(JsonInput.MaxDepth)
            : Locate(root, operation, names[..^1], out JsonNode? parent) ?? Change(parent, operation, names[^1]);
        return error?.On(operation.Path);
    }

    /// <summary>How deep objects and arrays nest in it. Bounded by that of the text, of the paths and of their values.</summary>
    public static int DepthOf(JsonNode? node) => node switch
    {
        JsonObject members => 1 + members.Select(m => DepthOf(m.Value)).DefaultIfEmpty().Max(),
        JsonArray items => 1 + items.Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static GemelError? Locate(JsonNode root, PatchOperation operation, ReadOnlySpan<string> names, out JsonNode? place)
    {
        place = root;
        foreach (string name in names)
        {
            place = place switch
            {
                JsonObject members => members[name],
                JsonArray items when TryIndex(name, items.Count, out int index) => items[index],
                _ => null,
            };
            if (place is null)
            {
                return Missing(operation, "Add the value that holds it first.");
            }
        }
        return null;
    }

    private static GemelError? Change(JsonNode? parent, PatchOperation operation, string name) => parent switch
    {
        JsonObject members => ChangeMember(members, operation, name),
        JsonArray items => ChangeItem(items, operation, name),
        _ => Missing(operation, "The value there has no members."),
    };

    private static GemelError? ChangeMember(JsonObject members, PatchOperation operation, string name)
    {
        if (operation.Kind != PatchKind.Add && !members.ContainsKey(name))
        {
            return Missing(operation, operation.Kind == PatchKind.Replace ? "Use add to set it." : "It is not set.");
        }
        if (operation.Kind == PatchKind.Remove)
        {
            members.Remove(name);
        }
        else
        {
            members[name] = NodeOf(operation.Value);
        }
        return null;
    }

    private static GemelError? ChangeItem(JsonArray items, PatchOperation operation, string name)
    {
        bool append = operation.Kind == PatchKind.Add && name == "-";
        int index = items.Count;
        if (!append && !TryIndex(name, operation.Kind == PatchKind.Add ? items.Count + 1 : items.Count, out index))
        {
            return GraphErrors.PatchIndex.With(name, operation.Path[..operation.Path.LastIndexOf('/')], items.Count);
        }
        if (operation.Kind != PatchKind.Add)
        {
            items.RemoveAt(index);
        }
        if (operation.Kind != PatchKind.Remove)
        {
            items.Insert(index, NodeOf(operation.Value));
        }
        return null;
    }

    private static JsonNode? NodeOf(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(value.GetRawText());

    private static GemelError Missing(PatchOperation operation, string action) =>
        GraphErrors.PatchPathMissing.With(operation.Path, operation.Kind.ToString().ToLowerInvariant(), action);

    /// <summary>RFC 6901 section 4: digits without a leading zero.</summary>
    private static bool TryIndex(string name, int count, out int index)
    {
        bool isNumber = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out index);
        return isNumber && index < count && (name.Length == 1 || name[0] != '0');
    }
}
