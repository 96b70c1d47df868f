using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>The properties of a relationship while a request is worked out.</summary>
internal sealed class RelationshipDraft
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, PropertyDraft> _properties;
    private readonly RelationshipSchema _schema;

    /// <param name="present">The properties now, a JSON object; empty where there are none.</param>
    public RelationshipDraft(RelationshipSchema schema, ReadOnlyMemory<byte> present)
    {
        _schema = schema;
        _properties = schema.Properties.ToDictionary(p => p.Name, p => Draft(p, present: null), StringComparer.Ordinal);
        if (present.IsEmpty)
        {
            return;
        }
        using JsonDocument document = JsonDocument.Parse(present, new JsonDocumentOptions { MaxDepth = JsonInput.MaxDepth + 2 });
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            // What a later version of the model does not know any more goes with the next write.
            if (schema.FindProperty(member.Name) is { } property)
            {
                _properties[member.Name] = Draft(property, JsonMarshal.GetRawUtf8Value(member.Value).ToArray());
            }
        }
    }

    /// <summary>Reads the properties of a body; members that begin with <c>$</c> are the caller's.</summary>
    public void Read(JsonElement body, List<GemelError> errors)
    {
        foreach (JsonProperty member in body.EnumerateObject())
        {
            string pointer = JsonPointer.Append("", member.Name);
            if (!member.Name.StartsWith('$'))
            {
                Find(member.Name, pointer, errors)?.Assign(member.Value, pointer, errors);
            }
            else if (member.Name is not ("$relationshipId" or "$relationshipName" or "$sourceId" or "$targetId" or "$etag"))
            {
                errors.Add(GraphErrors.ReservedName.With(member.Name).On(pointer));
            }
        }
    }

    /// <summary>Applies all operations in order, each whose path names a property.</summary>
    public void Apply(List<PatchOperation> operations, List<GemelError> errors)
    {
        foreach (PatchOperation operation in operations)
        {
            if (operation.Names[0].StartsWith('$'))
            {
                const string action = "Of a relationship only properties change; for another source, target or name, make another one.";
                errors.Add(GraphErrors.PatchPathReadOnly.With(operation.Path, "changed", action).On(operation.Path));
            }
            else
            {
                Find(operation.Names[0], operation.Path, errors)?.Apply(operation, operation.Names.AsSpan(1), errors);
            }
        }
    }

    /// <summary>Checks all properties against their schemas and writes them in the order of the model.</summary>
    /// <returns>A compact JSON object; empty where there are no properties, and where there are errors.</returns>
    public ReadOnlyMemory<byte> Resolve(List<GemelError> errors)
    {
        ArrayBufferWriter<byte> buffer = new();
        DraftCheck check = new(errors);
        bool any = false;
        using (Utf8JsonWriter json = new(buffer, Compact))
        {
            json.WriteStartObject();
            foreach (RelationshipProperty property in _schema.Properties)
            {
                PropertyDraft draft = _properties[property.Name];
                if (!draft.IsBroken && draft.IsPresent && check.Read(draft) is var (bits, text))
                {
                    any = true;
                    json.WritePropertyName(property.Name);
                    ValueWriter.Write(json, property.Schema, property.Schema.Kind, bits, text);
                }
            }
            json.WriteEndObject();
        }
        return any ? buffer.WrittenMemory.ToArray() : ReadOnlyMemory<byte>.Empty;
    }

    private static PropertyDraft Draft(RelationshipProperty property, byte[]? present) =>
        new(property.Name, JsonPointer.Append("", property.Name), property.Schema, present);

    private PropertyDraft? Find(string name, string pointer, List<GemelError> errors)
    {
        if (_properties.TryGetValue(name, out PropertyDraft? draft))
        {
            return draft;
        }
        errors.Add(GraphErrors.RelationshipProperty.With(name, _schema.Name, NearestName.Suggest(name, _properties.Keys)).On(pointer));
        return null;
    }
}
