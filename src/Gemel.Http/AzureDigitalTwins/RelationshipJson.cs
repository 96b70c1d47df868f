using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary>The two forms of a relationship: whole, and as seen from its target.</summary>
internal static class RelationshipJson
{
    public static void Write(Utf8JsonWriter json, RelationshipState relationship)
    {
        json.WriteStartObject();
        json.WriteString("$relationshipId"u8, relationship.Id.Value);
        json.WriteString("$etag"u8, relationship.ETag);
        json.WriteString("$sourceId"u8, relationship.Source.Value);
        json.WriteString("$relationshipName"u8, relationship.Name);
        json.WriteString("$targetId"u8, relationship.Target.Value);
        WriteMembers(json, relationship.Properties.Span);
        json.WriteEndObject();
    }

    public static void WriteIncoming(Utf8JsonWriter json, RelationshipState relationship)
    {
        json.WriteStartObject();
        json.WriteString("$relationshipId"u8, relationship.Id.Value);
        json.WriteString("$sourceId"u8, relationship.Source.Value);
        json.WriteString("$relationshipName"u8, relationship.Name);
        json.WriteString("$relationshipLink"u8, $"/digitaltwins/{Uri.EscapeDataString(relationship.Source.Value)}/relationships/{Uri.EscapeDataString(relationship.Id.Value)}");
        json.WriteEndObject();
    }

    // Copies the members of a stored object, which is well-formed, into the open one.
    private static void WriteMembers(Utf8JsonWriter json, ReadOnlySpan<byte> storedObject)
    {
        if (storedObject.IsEmpty)
        {
            return;
        }
        Utf8JsonReader reader = new(storedObject);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            json.WritePropertyName(reader.ValueSpan);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            json.WriteRawValue(storedObject[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }
    }
}
