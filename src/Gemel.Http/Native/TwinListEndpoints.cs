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

/// <summary><c>GET /api/v1/digitaltwins</c> and <c>GET /api/v1/digitaltwins/{id}/state</c>.</summary>
internal sealed class TwinListEndpoints(IInstance instance, Paging paging)
{
    private const string Tag = "Twins";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/digitaltwins", List).ForReaders().Described(new OperationDoc("Twins_List", Tag, "Lists twins in the order of their ids.")
        {
            Parameters =
            [
                Parameters.Query("prefix", "Only ids that begin so."),
                Parameters.Query("model", "Only twins of this model or of one that extends it."),
                Parameters.MaxItems, Parameters.ContinuationToken,
            ],
            Answers = [new(200, "A page.", "TwinListing", "twinListing")],
            Errors = [new(400, "InvalidArgument, BadRequest")],
        });
        routes.MapGet("/api/v1/digitaltwins/{twinId}/state", State).ForReaders().Described(new OperationDoc("Twins_GetState", Tag, "Reads every property and telemetry of a twin with quality and times.")
        {
            Parameters = [Parameters.TwinId],
            Answers = [new(200, "The present state.", "TwinState") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument"), new(404, "DigitalTwinNotFound")],
        });
    }

    private Task List(HttpContext context)
    {
        HttpRequest request = context.Request;
        int rows = paging.Rows(request);
        ModelId? model = request.Text("model") is { } id ? new ModelId(id) : null;
        IReadOnlyList<TwinListing> page = instance.Twins.List(request.Text("prefix"), model, Paging.After(request), rows + 1);
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteStartArray("value"u8);
        foreach (TwinListing twin in page.Take(rows))
        {
            reply.Json.WriteStartObject();
            reply.Json.WriteString("$dtId"u8, twin.Id.Value);
            reply.Json.WriteString("model"u8, twin.Model.Value);
            reply.Json.WriteString("lastUpdateTime"u8, twin.LastUpdate.ToString());
            reply.Json.WriteEndObject();
        }
        reply.Json.WriteEndArray();
        if (page.Count > rows)
        {
            paging.WriteNextLink(reply.Json, request, page[rows - 1].Id.Value);
        }
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private Task State(HttpContext context) => TwinReply.SendStateAsync(context, instance.Twins, PathIds.Twin(context));
}
