using System.Text;
using Gemel.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Gemel.Http.Documentation;

/// <summary>The OpenAPI document and the page that shows it; everything the page loads comes from this server.</summary>
internal sealed class DocumentEndpoints(IOpenApiDocumentProvider provider)
{
    public const string DocumentName = "v1";

    private const string JsonType = "application/json; charset=utf-8";
    private const string PageDocument = "/docs/openapi/v1.json";

    // Nothing may come from, or go to, another host. The page starts by a script of its own and builds styles, functions and workers
    // at run time, which is why those are let be; no script comes from data, no form leaves, and no frame holds the page.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self' data: blob:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Task<byte[]>? _document;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi/v1.json", Send).ForReaders().Described(new OperationDoc("OpenApi_Get", "Server", "Reads this document.")
        {
            Answers = [new(200, "The document, OpenAPI 3.1.", "OpenApiDocument")],
        });
        routes.MapGet(PageDocument, Send).Open();
        routes.MapGet("/", context =>
        {
            context.Response.Redirect("/docs");
            return Task.CompletedTask;
        }).Open().WithOrder(1);   // an application that hosts the server may have a first page of its own
        IEndpointConventionBuilder page = routes.MapScalarApiReference("/docs", options => options
            .WithTitle("Gemel API")
            .WithOpenApiRoutePattern(PageDocument)
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools());   // on loopback it shows them: buttons that hand the document to services of its maker
        page.Open().Finally(Restrict);
    }

    /// <summary>UTF-8, indented; the same bytes at every call.</summary>
    public Task<byte[]> ReadAsync() => _document ??= SerializeAsync();

    private static void Restrict(EndpointBuilder endpoint)
    {
        RequestDelegate inner = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return inner(context);
        };
    }

    private async Task Send(HttpContext context)
    {
        byte[] document = await ReadAsync();
        context.Response.ContentType = JsonType;
        context.Response.ContentLength = document.Length;
        await context.Response.BodyWriter.WriteAsync(document, context.RequestAborted);
    }

    private async Task<byte[]> SerializeAsync()
    {
        OpenApiDocument document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None));
    }
}
