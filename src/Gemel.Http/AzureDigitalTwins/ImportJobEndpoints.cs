using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary><c>/jobs/imports</c>: imports of files that lie below <c>DIR/imports</c> of the server.</summary>
internal sealed class ImportJobEndpoints(IInstance instance, GemelHttpOptions options, Paging paging)
{
    private const string Path = "/jobs/imports";
    private const string OnePath = "/jobs/imports/{jobId}";
    private const string Tag = "Jobs";
    private const string Input = "inputBlobUri";
    private const string Output = "outputBlobUri";
    private const string Expected = """{"inputBlobUri":"plant.ndjson","outputBlobUri":"plant.log"}""";

    private static readonly ErrorDoc Absent = new(404, "ImportJobNotFound");
    private static readonly ErrorDoc Refused = new(400, "InvalidArgument, ValidationFailed");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, context => JobReply.SendListAsync(context, instance.Bulk.List(JobKind.Import), paging)).ForReaders().Described(new OperationDoc("ImportJobs_List", Tag, "Lists import jobs.")
        {
            Parameters = [Parameters.ApiVersion, Parameters.MaxItems, Parameters.ContinuationToken],
            Answers = [new(200, "A page.", "JobListing")],
            Errors = [new(400, "InvalidArgument, BadRequest")],
        });
        routes.MapPut(OnePath, Begin).ForAdministrators().Described(new OperationDoc("ImportJobs_Add", Tag, "Begins to import a file below DIR/imports.")
        {
            Description = "The file is NDJSON with the sections Header, Models, Twins, Relationships. Paths are relative to that folder of the server; addresses elsewhere are never opened. One job runs at a time.",
            Parameters = [Parameters.JobId, Parameters.ApiVersion],
            Body = new BodyDoc([ContentTypes.Json], "ImportJobRequest", "importJobRequest"),
            Answers = [new(201, "The job has begun.", "Job")],
            Errors = [new(400, "InvalidArgument, JobLimitReached, ValidationFailed"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapGet(OnePath, Get).ForReaders().Described(new OperationDoc("ImportJobs_GetById", Tag, "Reads an import job.")
        {
            Parameters = [Parameters.JobId, Parameters.ApiVersion],
            Answers = [new(200, "The job.", "Job")],
            Errors = [Absent],
        });
        routes.MapPost($"{OnePath}/cancel", Cancel).ForAdministrators().Described(new OperationDoc("ImportJobs_Cancel", Tag, "Stops an import job; what it wrote stays.")
        {
            Parameters = [Parameters.JobId, Parameters.ApiVersion],
            Answers = [new(200, "The job, which stops soon.", "Job")],
            Errors = [Refused, Absent],
        });
        routes.MapDelete(OnePath, Delete).ForAdministrators().Described(new OperationDoc("ImportJobs_Delete", Tag, "Forgets an import job that is over, so that its id is free.")
        {
            Parameters = [Parameters.JobId, Parameters.ApiVersion],
            Answers = [new(204, "Done.")],
            Errors = [Refused, Absent],
        });
    }

    private async Task Begin(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        string id = PathIds.Job(context);
        JsonElement asked = await JsonBody.ReadAsync(context, options, JsonValueKind.Object, Expected);
        string input = asked.Text(Input, Expected) ?? throw new GemelException(HttpErrors.Missing.With(Input, "the path of a file below DIR/imports in it"));
        JobView begun = instance.Bulk.StartImport(id, input, asked.Text(Output, Expected), Caller.ActorOf(context)).Value;
        await JobReply.SendAsync(context, begun, StatusCodes.Status201Created);
    }

    private Task Get(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        string id = PathIds.Job(context);
        return JobReply.SendAsync(context, instance.Bulk.Find(JobKind.Import, id) ?? throw new GemelException(ClusterErrors.ImportNotFound.With(id)));
    }

    private Task Cancel(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        return JobReply.SendAsync(context, instance.Bulk.Cancel(PathIds.Job(context)).Value);
    }

    private Task Delete(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        _ = instance.Bulk.Remove(PathIds.Job(context)).Value;
        NoContent.Answer(context);
        return Task.CompletedTask;
    }
}
