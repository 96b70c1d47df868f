using System.Globalization;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary><c>/jobs/deletions</c>: deletes the whole graph.</summary>
internal sealed class DeletionJobEndpoints(IInstance instance, Paging paging)
{
    private const string Path = "/jobs/deletions";
    private const string OnePath = "/jobs/deletions/{jobId}";
    private const string Tag = "Jobs";
    private const string OperationId = "operation-id";
    private const string Timeout = "timeoutInMinutes";
    private const int LeastMinutes = 15;
    private const int MostMinutes = 24 * 60;
    private const int DefaultMinutes = 12 * 60;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, context => JobReply.SendListAsync(context, instance.Bulk.List(JobKind.Deletion), paging)).ForReaders().Described(new OperationDoc("DeleteJobs_List", Tag, "Lists delete jobs.")
        {
            Parameters = [Parameters.ApiVersion, Parameters.MaxItems, Parameters.ContinuationToken],
            Answers = [new(200, "A page.", "JobListing")],
            Errors = [new(400, "InvalidArgument, BadRequest")],
        });
        routes.MapPost(Path, Begin).ForAdministrators().Described(new OperationDoc("DeleteJobs_Add", Tag, "Begins to delete all relationships, twins and models.")
        {
            Description = "Devices, mappings and history stay.",
            Parameters =
            [
                Parameters.ApiVersion,
                Parameters.Header(OperationId, "Id of the job; made where it is absent."),
                Parameters.Query(Timeout, $"Minutes after which the job fails, {LeastMinutes} to {MostMinutes}; {DefaultMinutes} where absent.", """{"type":"integer","minimum":15,"maximum":1440}"""),
            ],
            Answers = [new(202, "The job has begun.", "Job") { Headers = ["Operation-Location"] }],
            Errors = [new(400, "InvalidArgument, JobLimitReached, ValidationFailed")],
        });
        routes.MapGet(OnePath, Get).ForReaders().Described(new OperationDoc("DeleteJobs_GetById", Tag, "Reads a delete job.")
        {
            Parameters = [Parameters.JobId, Parameters.ApiVersion],
            Answers = [new(200, "The job.", "Job")],
            Errors = [new(404, "DeleteJobNotFound")],
        });
    }

    private Task Begin(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        string? given = context.Request.Headers[OperationId];
        string id = string.IsNullOrEmpty(given) ? Guid.NewGuid().ToString() : given;
        JobView begun = instance.Bulk.StartDeletion(id, TimeSpan.FromMinutes(Minutes(context.Request)), Caller.ActorOf(context)).Value;
        context.Response.Headers["Operation-Location"] = $"{paging.BaseAddress(context.Request)}{Path}/{Uri.EscapeDataString(id)}?api-version=2023-10-31";
        return JobReply.SendAsync(context, begun, StatusCodes.Status202Accepted);
    }

    private Task Get(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        string id = PathIds.Job(context);
        return JobReply.SendAsync(context, instance.Bulk.Find(JobKind.Deletion, id) ?? throw new GemelException(ClusterErrors.DeletionNotFound.With(id)));
    }

    private static int Minutes(HttpRequest request)
    {
        string? text = request.Query[Timeout];
        if (string.IsNullOrEmpty(text))
        {
            return DefaultMinutes;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int minutes) && minutes is >= LeastMinutes and <= MostMinutes
            ? minutes
            : throw new GemelException(HttpErrors.InvalidParameter.With(Timeout, text, $"a whole number from {LeastMinutes} to {MostMinutes}"));
    }
}
