using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Gemel.Http.Documentation;

/// <summary>The schemas and examples of <c>schemas.json</c>, put into a document and referred to from its operations.</summary>
internal sealed class SchemaCatalog
{
    private const string Resource = "schemas.json";

    private readonly OpenApiDocument _document;
    private readonly JsonObject _schemas;
    private readonly JsonObject _examples;

    private SchemaCatalog(OpenApiDocument document)
    {
        using Stream stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is not in the assembly.");
        JsonNode root = JsonNode.Parse(stream)!;
        _document = document;
        _schemas = root["schemas"]!.AsObject();
        _examples = root["examples"]!.AsObject();
    }

    public static SchemaCatalog AddTo(OpenApiDocument document)
    {
        SchemaCatalog catalog = new(document);
        foreach ((string name, JsonNode? schema) in catalog._schemas)
        {
            document.AddComponent<IOpenApiSchema>(name, catalog.ParseSchema(schema!.ToJsonString()));
        }
        return catalog;
    }

    public IOpenApiParameter Parameter(ParameterDoc parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = parameter.Place switch
        {
            ParameterPlace.Path => ParameterLocation.Path,
            ParameterPlace.Query => ParameterLocation.Query,
            _ => ParameterLocation.Header,
        },
        Description = parameter.Description,
        Required = parameter.IsRequired,
        Schema = ParseSchema(parameter.Schema),
        Example = parameter.Example is { } example ? JsonValue.Create(example) : null,
    };

    public IOpenApiRequestBody Body(BodyDoc body) => new OpenApiRequestBody
    {
        Required = true,
        Content = Content(body.ContentTypes, body.Schema, body.Example),
    };

    public IOpenApiResponse Answer(AnswerDoc answer) => new OpenApiResponse
    {
        Description = answer.Description,
        Headers = answer.Headers.IsEmpty ? null : answer.Headers.ToDictionary(h => h, IOpenApiHeader (_) => new OpenApiHeader { Schema = ParseSchema("""{"type":"string"}""") }),
        Content = answer.Schema is { } schema ? Content(answer.ContentTypes, schema, answer.Example) : null,
    };

    public IOpenApiResponse Error(ErrorDoc error) => new OpenApiResponse
    {
        Description = error.Codes,
        Headers = new Dictionary<string, IOpenApiHeader> { ["x-ms-error-code"] = new OpenApiHeader { Description = "The same as error.code.", Schema = ParseSchema("""{"type":"string"}""") } },
        Content = Content(["application/json"], "ErrorResponse", example: null),
    };

    private Dictionary<string, OpenApiMediaType> Content(ImmutableArray<string> types, string schema, string? example)
    {
        return types.ToDictionary(t => t, _ => new OpenApiMediaType
        {
            Schema = Reference(schema),
            Example = example is null ? null : Example(example),
        });
    }

    private OpenApiSchemaReference Reference(string name)
    {
        return _schemas.ContainsKey(name) ? new OpenApiSchemaReference(name, _document) : throw new InvalidOperationException($"{Resource} has no schema '{name}'.");
    }

    private JsonNode Example(string name) => _examples[name]?.DeepClone() ?? throw new InvalidOperationException($"{Resource} has no example '{name}'.");

    private OpenApiSchema ParseSchema(string json)
    {
        OpenApiSchema? schema = OpenApiModelFactory.Parse<OpenApiSchema>(json, OpenApiSpecVersion.OpenApi3_1, _document, out OpenApiDiagnostic diagnostic, "json");
        return schema is not null && diagnostic.Errors.Count == 0
            ? schema
            : throw new InvalidOperationException($"A schema of {Resource} cannot be read: {string.Join("; ", diagnostic.Errors)}: {json}");
    }
}
