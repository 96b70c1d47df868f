using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>The way from documents to checked elements, and from a compiled element to its entry.</summary>
internal static class ModelLoader
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads all documents into the scope and checks every rule.</summary>
    public static void Load(IReadOnlyList<ModelDocument> documents, ModelScope scope, ErrorList errors, UnknownExtensions unknownExtensions)
    {
        ElementReader reader = new(errors, unknownExtensions);
        for (int i = 0; i < documents.Count; i++)
        {
            string? name = documents[i].Name ?? (documents.Count > 1 ? (i + 1).ToString(CultureInfo.InvariantCulture) : null);
            SourceText source = new(name, documents[i].Json);
            errors.Announce(source);
            SourceNode? document = new SourceReader(source, errors).Read();
            scope.HasUnreadable |= document is null;
            foreach (SourceNode node in document?.AsList() ?? [])
            {
                if (reader.ReadInterface(node) is { } model)
                {
                    scope.Add(model);
                }
                else
                {
                    scope.HasUnreadable = true;
                }
            }
        }
        ModelRules.Check(scope, errors);
    }

    /// <summary>Reads a document that was accepted once.</summary>
    /// <exception cref="GemelException">GMM099, it cannot be read.</exception>
    public static Element Reread(int schemaId, ReadOnlyMemory<byte> document)
    {
        ErrorList errors = new();
        SourceNode? node = new SourceReader(new SourceText(null, document), errors).Read();
        Element? model = node is null ? null : new ElementReader(errors, UnknownExtensions.Tolerated).ReadInterface(node);
        return model?.Id is not null
            ? model
            : throw new GemelException(ModelingErrors.StoredModelDamaged.With(schemaId, errors.IsEmpty ? "it has no '@id'" : errors.ToList()[0].Message));
    }

    /// <summary>The new interfaces of the scope, each after those it extends or uses; else in their order.</summary>
    public static IEnumerable<Element> DependenciesFirst(ModelScope scope)
    {
        HashSet<Element> isNew = [.. scope.New];
        HashSet<Element> seen = [];
        List<Element> order = new(scope.New.Count);
        scope.New.ForEach(Visit);
        return order;

        void Visit(Element model)
        {
            if (isNew.Contains(model) && seen.Add(model))
            {
                foreach (Element next in scope.BasesOf(model).Concat(ComponentRule.InterfacesOf(model, scope)))
                {
                    Visit(next);
                }
                order.Add(model);
            }
        }
    }

    public static ModelEntry EntryOf(Element model, TwinSchema schema, Timestamp uploadTime) => new()
    {
        Id = new ModelId(model.Id!),
        Document = CompactOf(model.Node.Raw),
        UploadTime = uploadTime,
        DisplayName = model.DisplayName,
        Description = model.Description,
        Extends = [.. model.All("extends").Select(v => new ModelId(v.Text)).Distinct()],
        ComponentModels = [.. ComponentRule.ComponentsOf(model).Select(c => new ModelId(c.One("schema")!.Text)).Distinct()],
        Schema = schema,
    };

    private static ReadOnlyMemory<byte> CompactOf(ReadOnlyMemory<byte> json)
    {
        ArrayBufferWriter<byte> buffer = new(json.Length);
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = SourceReader.MaxDepth + 2 });
        using (Utf8JsonWriter writer = new(buffer, Compact))
        {
            document.RootElement.WriteTo(writer);
        }
        return buffer.WrittenMemory.ToArray();
    }
}
