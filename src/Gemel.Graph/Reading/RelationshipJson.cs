using System.Buffers;

namespace Gemel.Graph;

/// <summary>Writes relationships as Azure Digital Twins' bodies.</summary>
public static class RelationshipJson
{
    /// <summary>Writes the body of <c>GET …/relationships/{id}</c>, which is also the form in lists.</summary>
    public static void Write(RelationshipRecord relationship, IBufferWriter<byte> output)
    {
        const int fixedLength = 256;
        int names = JsonText.MaxLength(relationship.Id.Value) + JsonText.MaxLength(relationship.SourceId.Value)
            + JsonText.MaxLength(relationship.TargetId.Value) + JsonText.MaxLength(relationship.Name);
        JsonSpanWriter json = new(output.GetSpan(fixedLength + names + relationship.Properties.Length));
        json.Raw("{\"$relationshipId\":"u8);
        json.Text(relationship.Id.Value);
        json.Raw(",\"$etag\":"u8);
        ETag.WriteJson(ref json, relationship);
        json.Raw(",\"$sourceId\":"u8);
        json.Text(relationship.SourceId.Value);
        json.Raw(",\"$relationshipName\":"u8);
        json.Text(relationship.Name);
        json.Raw(",\"$targetId\":"u8);
        json.Text(relationship.TargetId.Value);
        WriteProperties(ref json, relationship);
        output.Advance(json.Written);
    }

    /// <summary>Writes a line of an import file, where the source is called <c>$dtId</c>.</summary>
    public static void WriteImport(RelationshipRecord relationship, IBufferWriter<byte> output)
    {
        const int fixedLength = 128;
        int names = JsonText.MaxLength(relationship.Id.Value) + JsonText.MaxLength(relationship.SourceId.Value)
            + JsonText.MaxLength(relationship.TargetId.Value) + JsonText.MaxLength(relationship.Name);
        JsonSpanWriter json = new(output.GetSpan(fixedLength + names + relationship.Properties.Length));
        json.Raw("{\"$dtId\":"u8);
        json.Text(relationship.SourceId.Value);
        json.Raw(",\"$relationshipId\":"u8);
        json.Text(relationship.Id.Value);
        json.Raw(",\"$targetId\":"u8);
        json.Text(relationship.TargetId.Value);
        json.Raw(",\"$relationshipName\":"u8);
        json.Text(relationship.Name);
        WriteProperties(ref json, relationship);
        output.Advance(json.Written);
    }

    /// <summary>Writes one element of <c>GET …/incomingrelationships</c>.</summary>
    public static void WriteIncoming(RelationshipRecord relationship, IBufferWriter<byte> output)
    {
        string link = $"/digitaltwins/{Uri.EscapeDataString(relationship.SourceId.Value)}/relationships/{Uri.EscapeDataString(relationship.Id.Value)}";
        const int fixedLength = 128;
        int names = JsonText.MaxLength(relationship.Id.Value) + JsonText.MaxLength(relationship.SourceId.Value)
            + JsonText.MaxLength(relationship.Name) + JsonText.MaxLength(link);
        JsonSpanWriter json = new(output.GetSpan(fixedLength + names));
        json.Raw("{\"$relationshipId\":"u8);
        json.Text(relationship.Id.Value);
        json.Raw(",\"$sourceId\":"u8);
        json.Text(relationship.SourceId.Value);
        json.Raw(",\"$relationshipName\":"u8);
        json.Text(relationship.Name);
        json.Raw(",\"$relationshipLink\":"u8);
        json.Text(link);
        json.Byte('}');
        output.Advance(json.Written);
    }

    private static void WriteProperties(ref JsonSpanWriter json, RelationshipRecord relationship)
    {
        ReadOnlySpan<byte> properties = relationship.Properties.Span;
        if (properties.Length > "{}"u8.Length)
        {
            json.Byte(',');
            json.Raw(properties[1..^1]);
        }
        json.Byte('}');
    }
}
