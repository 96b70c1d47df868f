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

/// <summary><c>/digitaltwins/{id}/components/{name}</c>: read and patch.</summary>
internal sealed class ComponentEndpoints(IInstance instance, GemelHttpOptions options)
{
    private const string Pattern = "/digitaltwins/{twinId}/components/{componentPath}";
    private const string Tag = "Components";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Pattern, Get).ForReaders().Described(new OperationDoc("DigitalTwins_GetComponent", Tag, "Reads a component of a twin.")
        {
            Parameters = [Parameters.TwinId, Parameters.ComponentPath, Parameters.ApiVersion],
            Answers = [new(200, "The component.", "Component", "component") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument"), new(404, "DigitalTwinNotFound, ComponentNotFound")],
        });
        routes.MapPatch(Pattern, Patch).ForWriters().Described(new OperationDoc("DigitalTwins_UpdateComponent", Tag, "Changes properties of a component by a JSON Patch.")
        {
            Description = "Paths begin at the component.",
            Parameters = [Parameters.TwinId, Parameters.ComponentPath, Parameters.ApiVersion, Parameters.IfMatch],
            Body = new BodyDoc([ContentTypes.JsonPatch, ContentTypes.Json], "JsonPatch", "jsonPatch"),
            Answers = [new(204, "Changed.") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument, JsonPatchInvalid, ValidationFailed"), new(404, "DigitalTwinNotFound, ComponentNotFound"), new(412, "PreconditionFailed"), new(413, "RequestBodyTooLarge")],
        });
    }

    private Task Get(HttpContext context)
    {
        ApiVersion version = ApiVersion.Of(context.Request);
        return TwinReply.SendComponentAsync(context, instance.Twins, PathIds.Twin(context), PathIds.Component(context), version);
    }

    private async Task Patch(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        ContentTypes.RequireJson(context.Request);
        TwinId id = PathIds.Twin(context);
        string component = PathIds.Component(context);
        WriteCondition condition = Conditions.Of(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        WriteReceipt receipt = (await instance.Twins.PatchComponentAsync(id, component, body.Content, condition, Caller.ActorOf(context), context.RequestAborted)).Value;
        body.Return();
        NoContent.Answer(context, receipt.ETag);
    }
}
