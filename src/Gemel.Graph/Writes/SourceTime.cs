using System.Text.Json;

namespace Gemel.Graph;

/// <summary>Reads <c>sourceTime</c>: when a value came to be, as its writer says.</summary>
internal static class SourceTime
{
    public static Timestamp? Read(JsonElement value, string pointer, List<GemelError> errors)
    {
        string found = value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonInput.Describe(value);
        if (value.ValueKind == JsonValueKind.String && Timestamp.TryParse(found, out Timestamp time))
        {
            return time;
        }
        errors.Add(GraphErrors.InvalidMetadata.With("sourceTime", found, "a time as RFC 3339 writes it (2026-11-23T17:56:06Z)").On(pointer));
        return null;
    }
}
