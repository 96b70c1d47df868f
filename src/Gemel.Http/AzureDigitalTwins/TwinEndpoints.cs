using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary><c>/digitaltwins/{id}</c>: read, create or replace, patch, delete.</summary>
internal sealed class TwinEndpoints(IInstance instance, GemelHttpOptions options)
{
    private const string Pattern = "/digitaltwins/{twinId}";
    private const string Tag = "Twins";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Pattern, Get).ForReaders().Described(new OperationDoc("DigitalTwins_GetById", Tag, "Reads a twin.")
        {
            Parameters = [Parameters.TwinId, Parameters.ApiVersion],
            Answers = [new(200, "The twin.", "Twin", "twin") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument"), new(404, "DigitalTwinNotFound")],
        });
        routes.MapPut(Pattern, Put).ForWriters().Described(new OperationDoc("DigitalTwins_Add", Tag, "Creates or replaces a twin.")
        {
            Description = "Metadata and `$etag` in the body are computed anew; `$dtId` is taken from the path. Components must be present, `{}` will do.",
            Parameters = [Parameters.TwinId, Parameters.ApiVersion, Parameters.IfNoneMatch],
            Body = new BodyDoc([ContentTypes.Json], "TwinInput", "twinInput"),
            Answers = [new(200, "The twin as it is now.", "Twin", "twin") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument, ModelDecommissioned, ValidationFailed"), new(412, "PreconditionFailed"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapPatch(Pattern, Patch).ForWriters().Described(new OperationDoc("DigitalTwins_Update", Tag, "Changes properties of a twin by a JSON Patch.")
        {
            Description = "Operations add, replace and remove. `/$metadata/$model` moves the twin to another model, `/$metadata/<property>/sourceTime` sets a source time.",
            Parameters = [Parameters.TwinId, Parameters.ApiVersion, Parameters.IfMatch],
            Body = new BodyDoc([ContentTypes.JsonPatch, ContentTypes.Json], "JsonPatch", "jsonPatch"),
            Answers = [new(204, "Changed.") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument, JsonPatchInvalid, ValidationFailed"), new(404, "DigitalTwinNotFound"), new(412, "PreconditionFailed"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapDelete(Pattern, Delete).ForWriters().Described(new OperationDoc("DigitalTwins_Delete", Tag, "Deletes a twin that has no relationships.")
        {
            Parameters = [Parameters.TwinId, Parameters.ApiVersion, Parameters.IfMatch],
            Answers = [new(204, "Deleted.")],
            Errors = [new(400, "InvalidArgument, RelationshipsNotDeleted"), new(404, "DigitalTwinNotFound"), new(412, "PreconditionFailed")],
        });
    }

    private Task Get(HttpContext context)
    {
        ApiVersion version = ApiVersion.Of(context.Request);
        return TwinReply.SendAsync(context, instance.Twins, PathIds.Twin(context), version);
    }

    private async Task Put(HttpContext context)
    {
        ApiVersion version = ApiVersion.Of(context.Request);
        ContentTypes.RequireJson(context.Request);
        TwinId id = PathIds.Twin(context);
        WriteCondition condition = Conditions.Of(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        _ = (await instance.Twins.PutAsync(id, body.Content, condition, Caller.ActorOf(context), context.RequestAborted)).Value;
        body.Return();
        await TwinReply.SendAsync(context, instance.Twins, id, version);
    }

    private async Task Patch(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        ContentTypes.RequireJson(context.Request);
        TwinId id = PathIds.Twin(context);
        WriteCondition condition = Conditions.Of(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        WriteReceipt receipt = (await instance.Twins.PatchAsync(id, body.Content, condition, Caller.ActorOf(context), context.RequestAborted)).Value;
        body.Return();
        NoContent.Answer(context, receipt.ETag);
    }

    private async Task Delete(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        TwinId id = PathIds.Twin(context);
        _ = (await instance.Twins.DeleteAsync(id, Conditions.Of(context.Request), Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }
}
