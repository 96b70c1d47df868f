using System.Net.Http;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Gemel.Http.Documentation;

/// <summary>Fills the OpenAPI document from what stands beside the endpoints (<see cref="OperationDoc"/>) and from
/// <c>schemas.json</c>, which holds the schemas and examples.</summary>
internal sealed class DocumentBuilder(EndpointDataSource endpoints) : IOpenApiDocumentTransformer
{
    private const string BearerScheme = "key";
    // The least role that may call the operation.
    private const string RoleExtension = "x-gemel-role";
    private const string BasicScheme = "device";

    private static readonly ErrorDoc[] UsualErrors = [new(401, "Unauthorized"), new(403, "Forbidden"), new(500, "InternalError"), new(503, "ServiceUnavailable")];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Gemel",
            Version = "v1",
            Description = "Digital twins: the data plane of Azure Digital Twins at the root, everything native under /api/v1.",
            License = new OpenApiLicense { Name = "Apache-2.0", Url = new Uri("https://www.apache.org/licenses/LICENSE-2.0") },
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        SchemaCatalog catalog = SchemaCatalog.AddTo(document);
        AddSecurity(document);
        document.Paths = [];
        foreach (RouteEndpoint endpoint in Documented())
        {
            Add(document, catalog, endpoint);
        }
        return Task.CompletedTask;
    }

    private IEnumerable<RouteEndpoint> Documented()
    {
        return endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<OperationDoc>() is not null)
            .OrderBy(e => e.RoutePattern.RawText, StringComparer.Ordinal);
    }

    private static void AddSecurity(OpenApiDocument document)
    {
        document.AddComponent<IOpenApiSecurityScheme>(BearerScheme, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The administrator's key (DIR/admin.key), or a named key (POST /api/v1/keys) of at least the role x-gemel-role." });
        document.AddComponent<IOpenApiSecurityScheme>(BasicScheme, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "A device's id and secret, for its own data only." });
    }

    private static void Add(OpenApiDocument document, SchemaCatalog catalog, RouteEndpoint endpoint)
    {
        OperationDoc doc = endpoint.Metadata.GetMetadata<OperationDoc>()!;
        string path = endpoint.RoutePattern.RawText!;
        bool isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        bool forDevices = Access.AccessRule.Of(endpoint) == Access.AccessRule.OwnDevice;
        OpenApiOperation operation = new()
        {
            OperationId = doc.Id,
            Summary = doc.Summary,
            Description = doc.Description,
            Tags = new HashSet<OpenApiTagReference> { TagOf(document, doc.Tag) },
            Parameters = [.. doc.Parameters.Select(p => catalog.Parameter(p))],
            RequestBody = doc.Body is { } body ? catalog.Body(body) : null,
            Responses = Answers(catalog, doc, isOpen),
            Extensions = isOpen ? null : new Dictionary<string, IOpenApiExtension>
            {
                [RoleExtension] = new JsonNodeExtension(JsonValue.Create((Access.AccessRule.Of(endpoint) ?? Access.AccessRule.Administer).Name)),
            },
            Security = isOpen ? [] : Security(document, forDevices),
        };
        if (!document.Paths.TryGetValue(path, out IOpenApiPathItem? item))
        {
            document.Paths[path] = item = new OpenApiPathItem();
        }
        foreach (string method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
        {
            ((OpenApiPathItem)item).AddOperation(HttpMethod.Parse(method), operation);
        }
    }

    private static OpenApiTagReference TagOf(OpenApiDocument document, string name)
    {
        document.Tags ??= new HashSet<OpenApiTag>();
        if (!document.Tags.Any(t => t.Name == name))
        {
            document.Tags.Add(new OpenApiTag { Name = name });
        }
        return new OpenApiTagReference(name, document);
    }

    private static OpenApiResponses Answers(SchemaCatalog catalog, OperationDoc doc, bool isOpen)
    {
        OpenApiResponses responses = [];
        foreach (AnswerDoc answer in doc.Answers)
        {
            responses.Add(answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), catalog.Answer(answer));
        }
        foreach (ErrorDoc error in isOpen ? doc.Errors : [.. doc.Errors, .. UsualErrors])
        {
            responses.Add(error.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), catalog.Error(error));
        }
        return responses;
    }

    private static List<OpenApiSecurityRequirement> Security(OpenApiDocument document, bool forDevices)
    {
        List<OpenApiSecurityRequirement> ways = [new() { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
        if (forDevices)
        {
            ways.Add(new() { [new OpenApiSecuritySchemeReference(BasicScheme, document)] = [] });
        }
        return ways;
    }
}
