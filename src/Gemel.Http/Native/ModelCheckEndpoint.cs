using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.AzureDigitalTwins;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Gemel.Modeling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.Native;

/// <summary><c>POST /api/v1/models/check</c>: what uploading would answer, without uploading.</summary>
internal sealed class ModelCheckEndpoint(IInstance instance, GemelHttpOptions options, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/models/check", Check).ForReaders().Described(new OperationDoc("Models_Check", "Models", "Checks models against the stored ones; changes nothing.")
        {
            Body = new BodyDoc([ContentTypes.Json], "ModelDocuments", "modelDocuments"),
            Answers = [new(200, "They could be uploaded: the models as they would be stored.", "ModelCheck")],
            Errors = [new(400, "DTDLParserError, InvalidArgument, ModelVersionNotSupported"), new(409, "ModelAlreadyExists"), new(413, "RequestBodyTooLarge")],
        });
    }

    private async Task Check(HttpContext context)
    {
        ContentTypes.RequireJson(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        ModelUpload.RequireArray(body.Content.Span);
        ModelSetChange change = instance.Catalog.Models.Add([new ModelDocument(null, body.Content)], Timestamp.From(clock.GetUtcNow())).Value;
        Reply reply = Reply.Rent();
        Write(reply.Json, change);
        body.Return();
        await reply.SendAsync(context);
    }

    private static void Write(Utf8JsonWriter json, ModelSetChange change)
    {
        json.WriteStartObject();
        json.WriteStartArray("value"u8);
        foreach (ModelEntry model in change.Added)
        {
            ModelJson.Write(json, model, withDefinition: false);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
