using System.Globalization;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.AzureDigitalTwins;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.Native;

/// <summary><c>POST /api/v1/import</c> and <c>GET /api/v1/export</c>: a whole graph as NDJSON, streamed.</summary>
internal sealed class TransferEndpoints(IInstance instance)
{
    private const string Tag = "Import and export";
    private const string Job = "job";
    private const string Sections = "sections";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/import", Import).ForAdministrators().Described(new OperationDoc("Graph_Import", Tag, "Imports the models, twins and relationships of the body.")
        {
            Description = "NDJSON of any length, taken as fast as it can be written. Twins and relationships that are there are replaced. Answers at the end; "
                + "meanwhile GET /jobs/imports/{job} shows how far it is. Not a transaction: what was written stays, also where the job failed.",
            Parameters = [Parameters.Query(Job, "Id of the job; made where it is absent.")],
            Body = new BodyDoc([ContentTypes.Ndjson], "ImportFile", "importFile"),
            Answers = [new(200, "The job, which is over: see its status.", "Job")],
            Errors = [new(400, "InvalidArgument, JobLimitReached, ValidationFailed"), new(415, "UnsupportedMediaType")],
        });
        routes.MapGet("/api/v1/export", Export).ForReaders().Described(new OperationDoc("Graph_Export", Tag, "Sends all models, twins and relationships as of one commit, in the form that an import takes.")
        {
            Parameters = [Parameters.Query(Sections, "Which: models, twins, relationships, divided by commas; all where absent.")],
            Answers = [new(200, "NDJSON; a connection that ends before its end says that something is missing.", "ImportFile") { ContentTypes = [ContentTypes.Ndjson], Headers = ["gemel-commit"] }],
            Errors = [new(400, "InvalidArgument")],
        });
    }

    private async Task Import(HttpContext context)
    {
        ContentTypes.RequireNdjson(context.Request);
        RequestBody.TakeOverLimit(context);
        string? asked = context.Request.Text(Job);
        Outcome<JobView> outcome = await instance.Bulk.ImportAsync(asked ?? Guid.NewGuid().ToString(), context.Request.Body, Caller.ActorOf(context), context.RequestAborted);
        await JobReply.SendAsync(context, outcome.Value);
    }

    private async Task Export(HttpContext context)
    {
        using GraphExport export = instance.Bulk.OpenExport(Asked(context.Request));
        context.Response.ContentType = ContentTypes.Ndjson;
        context.Response.Headers["gemel-commit"] = export.Commit.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await export.WriteAsync(context.Response.Body, context.RequestAborted);
    }

    private static BulkSections Asked(HttpRequest request)
    {
        if (request.Text(Sections) is not { } text)
        {
            return BulkSections.All;
        }
        BulkSections sections = BulkSections.None;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            sections |= name switch
            {
                "models" => BulkSections.Models,
                "twins" => BulkSections.Twins,
                "relationships" => BulkSections.Relationships,
                _ => throw new GemelException(HttpErrors.InvalidParameter.With(Sections, text, "a list of models, twins, relationships, divided by commas")),
            };
        }
        return sections;
    }
}
