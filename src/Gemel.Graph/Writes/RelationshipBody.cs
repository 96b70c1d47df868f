using System.Text.Json;

namespace Gemel.Graph;

/// <summary>What the body of PUT …/relationships/{id} says besides properties. Source, id and ETag are passed over: the path has them.</summary>
/// <param name="Name">Null where the body does not name it rightly.</param>
/// <param name="TargetId">As above.</param>
internal readonly record struct RelationshipBody(string? Name, string? TargetId)
{
    public static RelationshipBody Read(JsonElement body, List<GemelError> errors)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            errors.Add(GraphErrors.NotAnObject.With("The body", JsonInput.Describe(body)).On(""));
            return default;
        }
        return new RelationshipBody(ReadText(body, "$relationshipName", errors), ReadText(body, "$targetId", errors));
    }

    private static string? ReadText(JsonElement body, string name, List<GemelError> errors)
    {
        if (body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }
        errors.Add(GraphErrors.RelationshipIncomplete.With(name).On($"/{name}"));
        return null;
    }
}
