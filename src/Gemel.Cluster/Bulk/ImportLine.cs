using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gemel.Cluster;

/// <summary>A relationship of an import.</summary>
/// <param name="Body">As PUT …/relationships/{id} takes it.</param>
internal sealed record ImportedRelationship(TwinId Source, RelationshipId Id, ReadOnlyMemory<byte> Body);

/// <summary>Reads of a line what an import must know before the graph reads the rest.</summary>
internal static class ImportLine
{
    /// <summary>The section that the line begins; null where it is a line of the present one.</summary>
    /// <exception cref="GemelException">GMC053, a section that is not known.</exception>
    public static ImportSection? FindSection(byte[] line, int number)
    {
        Utf8JsonReader reader = new(line);
        if (!IsSection(ref reader, out string? name))
        {
            return null;
        }
        return Enum.TryParse(name, ignoreCase: false, out ImportSection section) && section != ImportSection.None && Enum.IsDefined(section)
            ? section
            : throw new GemelException(ClusterErrors.ImportMalformed.With(number, $"the section \"{name}\"", "Header, Models, Twins or Relationships"));
    }

    /// <exception cref="GemelException">GMC053, it is no header, or one of another version.</exception>
    public static void RequireVersion(byte[] line, int number)
    {
        string? version;
        try
        {
            using JsonDocument header = JsonDocument.Parse(line);
            version = header.RootElement.ValueKind == JsonValueKind.Object && header.RootElement.TryGetProperty("fileVersion", out JsonElement found) ? found.ToString() : null;
        }
        catch (JsonException malformed)
        {
            throw new GemelException(ClusterErrors.ImportMalformed.With(number, malformed.Message, "a JSON object"), malformed);
        }
        if (version != BulkFormat.FileVersion)
        {
            throw new GemelException(ClusterErrors.ImportMalformed.With(number, version is null ? "no fileVersion" : $"fileVersion \"{version}\"", $"\"{BulkFormat.FileVersion}\""));
        }
    }

    public static Outcome<TwinId> ReadTwin(byte[] line, int number)
    {
        string? id = null;
        try
        {
            Utf8JsonReader reader = new(line);
            while (NextMember(ref reader))
            {
                bool isId = reader.ValueTextEquals(BulkFormat.SourceId);
                reader.Read();
                if (isId && reader.TokenType == JsonTokenType.String)
                {
                    id = reader.GetString();
                    break;
                }
                reader.Skip();
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return ClusterErrors.ImportMalformed.With(number, malformed.Message, "a twin as JSON");
        }
        return id is null ? ClusterErrors.ImportMalformed.With(number, "a twin without an id", $"a text {BulkFormat.SourceId}") : ReadId(id);
    }

    /// <summary>Takes source and id out of the line: what is left is the body.</summary>
    public static Outcome<ImportedRelationship> ReadRelationship(byte[] line, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            string? source = Text(root, BulkFormat.SourceId) ?? Text(root, BulkFormat.OtherSourceId);
            if (source is null || Text(root, BulkFormat.RelationshipId) is not { } id)
            {
                return ClusterErrors.ImportMalformed.With(number, "a relationship without its source or id", $"texts {BulkFormat.SourceId} and {BulkFormat.RelationshipId}");
            }
            return new ImportedRelationship(TwinId.Create(source), RelationshipId.Create(id), WithoutIds(root));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return ClusterErrors.ImportMalformed.With(number, malformed.Message, "a relationship as JSON");
        }
        catch (GemelException refused)
        {
            return Outcome<ImportedRelationship>.Failure(refused.Errors);
        }
    }

    private static bool IsSection(ref Utf8JsonReader reader, out string? name)
    {
        name = null;
        try
        {
            if (!NextMember(ref reader) || !reader.ValueTextEquals(BulkFormat.Section) || !reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                return false;
            }
            name = reader.GetString();
            return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // No section; who reads the line as what it should be says what is wrong with it.
            return false;
        }
    }

    /// <summary>Moves to the name of the next member of the outermost object.</summary>
    /// <exception cref="JsonException">It is no object.</exception>
    private static bool NextMember(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.None && (!reader.Read() || reader.TokenType != JsonTokenType.StartObject))
        {
            throw new JsonException("The line is not a JSON object.");
        }
        return reader.Read() && reader.TokenType == JsonTokenType.PropertyName;
    }

    private static Outcome<TwinId> ReadId(string text)
    {
        try
        {
            return TwinId.Create(text);
        }
        catch (GemelException refused)
        {
            return Outcome<TwinId>.Failure(refused.Errors);
        }
    }

    private static byte[] WithoutIds(JsonElement root)
    {
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in root.EnumerateObject().Where(m => m.Name is not (BulkFormat.SourceId or BulkFormat.RelationshipId)))
            {
                member.WriteTo(json);
            }
            json.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
