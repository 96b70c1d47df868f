using System.Collections.Immutable;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Gemel.Modeling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary><c>/models</c>: upload, list, read, decommission, delete.</summary>
internal sealed class ModelEndpoints(IInstance instance, GemelHttpOptions options, Paging paging)
{
    private const string ListPattern = "/models";
    private const string OnePattern = "/models/{modelId}";
    private const string Tag = "Models";
    private const string ExpectedPatch = """[{"op":"replace","path":"/decommissioned","value":true}]""";

    private static readonly ParameterDoc WithDefinition = Parameters.Query("includeModelDefinition", "Adds the model's document as `model`.", """{"type":"boolean","default":false}""");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(ListPattern, Add).ForAdministrators().Described(new OperationDoc("DigitalTwinModels_Add", Tag, "Uploads models, all or none.")
        {
            Parameters = [Parameters.ApiVersion],
            Body = new BodyDoc([ContentTypes.Json], "ModelDocuments", "modelDocuments"),
            Answers = [new(201, "The models as stored.", "ModelDataArray", "modelDataArray")],
            Errors = [new(400, "DTDLParserError, InvalidArgument, ModelVersionNotSupported"), new(409, "ModelAlreadyExists"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapGet(ListPattern, List).ForReaders().Described(new OperationDoc("DigitalTwinModels_List", Tag, "Lists models in the order of their ids.")
        {
            Parameters =
            [
                Parameters.ApiVersion,
                Parameters.Query("dependenciesFor", "Only these models and what they extend or use as components; repeatable.", """{"type":"array","items":{"type":"string"}}"""),
                WithDefinition, Parameters.MaxItems, Parameters.ContinuationToken,
            ],
            Answers = [new(200, "A page.", "ModelDataList", "modelDataList")],
            Errors = [new(400, "InvalidArgument, BadRequest"), new(404, "ModelNotFound")],
        });
        routes.MapGet(OnePattern, Get).ForReaders().Described(new OperationDoc("DigitalTwinModels_GetById", Tag, "Reads a model.")
        {
            Parameters = [Parameters.ModelId, Parameters.ApiVersion, WithDefinition],
            Answers = [new(200, "The model.", "ModelData", "modelData")],
            Errors = [new(400, "InvalidArgument"), new(404, "ModelNotFound")],
        });
        routes.MapPatch(OnePattern, Patch).ForAdministrators().Described(new OperationDoc("DigitalTwinModels_Update", Tag, "Decommissions a model: no new twins can be made of it.")
        {
            Parameters = [Parameters.ModelId, Parameters.ApiVersion],
            Body = new BodyDoc([ContentTypes.JsonPatch, ContentTypes.Json], "JsonPatch", "decommission"),
            Answers = [new(204, "Changed.")],
            Errors = [new(400, "InvalidArgument, JsonPatchInvalid"), new(404, "ModelNotFound"), new(409, "ModelReferencesNotDecommissioned")],
        });
        routes.MapDelete(OnePattern, Delete).ForAdministrators().Described(new OperationDoc("DigitalTwinModels_Delete", Tag, "Deletes a model that no other extends or uses as component.")
        {
            Parameters = [Parameters.ModelId, Parameters.ApiVersion],
            Answers = [new(204, "Deleted.")],
            Errors = [new(400, "InvalidArgument"), new(404, "ModelNotFound"), new(409, "ModelReferencesNotDeleted")],
        });
    }

    private async Task Add(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        ContentTypes.RequireJson(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        ModelUpload.RequireArray(body.Content.Span);
        ImmutableArray<ModelEntry> added = (await instance.Models.AddAsync([new ModelDocument(null, body.Content)], Caller.ActorOf(context), context.RequestAborted)).Value;
        body.Return();
        Reply reply = Reply.Rent();
        reply.Json.WriteStartArray();
        foreach (ModelEntry model in added)
        {
            ModelJson.Write(reply.Json, model, withDefinition: false);
        }
        reply.Json.WriteEndArray();
        await reply.SendAsync(context, StatusCodes.Status201Created);
    }

    private Task List(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        bool withDefinition = context.Request.Flag("includeModelDefinition");
        int rows = paging.Rows(context.Request);
        string? after = Paging.After(context.Request);
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteStartArray("value"u8);
        ModelEntry? last = null;
        bool more = false;
        foreach (ModelEntry model in Asked(context.Request).Where(m => after is null || string.CompareOrdinal(m.Id.Value, after) > 0))
        {
            if (rows-- == 0)
            {
                more = true;
                break;
            }
            ModelJson.Write(reply.Json, model, withDefinition);
            last = model;
        }
        reply.Json.WriteEndArray();
        if (more)
        {
            paging.WriteNextLink(reply.Json, context.Request, last!.Id.Value);
        }
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private Task Get(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        bool withDefinition = context.Request.Flag("includeModelDefinition");
        ModelEntry model = Find(instance.Catalog.Models, PathIds.Model(context));
        Reply reply = Reply.Rent();
        ModelJson.Write(reply.Json, model, withDefinition);
        return reply.SendAsync(context);
    }

    private async Task Patch(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        ModelId id = PathIds.Model(context);
        JsonElement patch = await JsonBody.ReadAsync(context, options, JsonValueKind.Array, ExpectedPatch);
        if (!TryReadDecommissioned(patch, out bool decommissioned))
        {
            throw new GemelException(HttpErrors.InvalidModelPatch.With(ExpectedPatch));
        }
        _ = (await instance.Models.DecommissionAsync(id, decommissioned, Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }

    private async Task Delete(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        _ = (await instance.Models.DeleteAsync(PathIds.Model(context), Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }

    private IEnumerable<ModelEntry> Asked(HttpRequest request)
    {
        ModelSet models = instance.Catalog.Models;
        string?[] roots = [.. request.Query["dependenciesFor"]];
        if (roots.Length == 0)
        {
            return models.Models;
        }
        return models.DependenciesOf(roots.Select(r => Find(models, new ModelId(r ?? "")).Id));
    }

    private static ModelEntry Find(ModelSet models, ModelId id) => models.TryGet(id, out ModelEntry? model) ? model : throw new GemelException(ModelingErrors.ModelNotFound.With(id.Value));

    private static bool TryReadDecommissioned(JsonElement patch, out bool decommissioned)
    {
        decommissioned = false;
        if (patch.GetArrayLength() != 1 || patch[0].ValueKind != JsonValueKind.Object)
        {
            return false;
        }
        JsonElement operation = patch[0];
        bool shaped = operation.TryGetProperty("op", out JsonElement op) && op.ValueEquals("replace")
            && operation.TryGetProperty("path", out JsonElement path) && path.ValueEquals("/decommissioned");
        if (!shaped || !operation.TryGetProperty("value", out JsonElement value) || value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return false;
        }
        decommissioned = value.GetBoolean();
        return true;
    }
}
