using System.Buffers;
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

/// <summary><c>/digitaltwins/{id}/relationships</c> and <c>/incomingrelationships</c>.</summary>
internal sealed class RelationshipEndpoints(IInstance instance, GemelHttpOptions options, Paging paging)
{
    private const string ListPattern = "/digitaltwins/{twinId}/relationships";
    private const string IncomingPattern = "/digitaltwins/{twinId}/incomingrelationships";
    private const string OnePattern = "/digitaltwins/{twinId}/relationships/{relationshipId}";
    private const string Tag = "Relationships";

    // Ids hold no control characters, so this divides the two ids in a key of the incoming list.
    private const char KeyDivider = '\0';

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OnePattern, Get).ForReaders().Described(new OperationDoc("DigitalTwins_GetRelationshipById", Tag, "Reads a relationship.")
        {
            Parameters = [Parameters.TwinId, Parameters.RelationshipId, Parameters.ApiVersion],
            Answers = [new(200, "The relationship.", "Relationship", "relationship") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument"), new(404, "DigitalTwinNotFound, RelationshipNotFound")],
        });
        routes.MapPut(OnePattern, Put).ForWriters().Described(new OperationDoc("DigitalTwins_AddRelationship", Tag, "Creates or replaces a relationship.")
        {
            Parameters = [Parameters.TwinId, Parameters.RelationshipId, Parameters.ApiVersion, Parameters.IfNoneMatch],
            Body = new BodyDoc([ContentTypes.Json], "RelationshipInput", "relationshipInput"),
            Answers = [new(200, "The relationship as it is now.", "Relationship", "relationship") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument, InvalidRelationship, OperationNotAllowed, ValidationFailed"), new(404, "DigitalTwinNotFound, TargetTwinNotFound"), new(412, "PreconditionFailed"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapPatch(OnePattern, Patch).ForWriters().Described(new OperationDoc("DigitalTwins_UpdateRelationship", Tag, "Changes properties of a relationship by a JSON Patch.")
        {
            Parameters = [Parameters.TwinId, Parameters.RelationshipId, Parameters.ApiVersion, Parameters.IfMatch],
            Body = new BodyDoc([ContentTypes.JsonPatch, ContentTypes.Json], "JsonPatch", "jsonPatch"),
            Answers = [new(204, "Changed.") { Headers = ["ETag"] }],
            Errors = [new(400, "InvalidArgument, InvalidRelationship, JsonPatchInvalid, ValidationFailed"), new(404, "DigitalTwinNotFound, RelationshipNotFound"), new(412, "PreconditionFailed"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapDelete(OnePattern, Delete).ForWriters().Described(new OperationDoc("DigitalTwins_DeleteRelationship", Tag, "Deletes a relationship.")
        {
            Parameters = [Parameters.TwinId, Parameters.RelationshipId, Parameters.ApiVersion, Parameters.IfMatch],
            Answers = [new(204, "Deleted.")],
            Errors = [new(400, "InvalidArgument"), new(404, "DigitalTwinNotFound, RelationshipNotFound"), new(412, "PreconditionFailed")],
        });
        routes.MapGet(ListPattern, ListOutgoing).ForReaders().Described(new OperationDoc("DigitalTwins_ListRelationships", Tag, "Lists the relationships that begin at a twin.")
        {
            Parameters = [Parameters.TwinId, Parameters.ApiVersion, Parameters.Query("relationshipName", "Only relationships of this name."), Parameters.MaxItems, Parameters.ContinuationToken],
            Answers = [new(200, "A page, in the order of ids.", "RelationshipList")],
            Errors = [new(400, "InvalidArgument, BadRequest"), new(404, "DigitalTwinNotFound")],
        });
        routes.MapGet(IncomingPattern, ListIncoming).ForReaders().Described(new OperationDoc("DigitalTwins_ListIncomingRelationships", Tag, "Lists the relationships that end at a twin.")
        {
            Parameters = [Parameters.TwinId, Parameters.ApiVersion, Parameters.MaxItems, Parameters.ContinuationToken],
            Answers = [new(200, "A page, in the order of source and id.", "IncomingRelationshipList")],
            Errors = [new(400, "InvalidArgument, BadRequest"), new(404, "DigitalTwinNotFound")],
        });
    }

    private Task Get(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        return SendAsync(context, PathIds.Twin(context), PathIds.Relationship(context));
    }

    private async Task Put(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        ContentTypes.RequireJson(context.Request);
        (TwinId source, RelationshipId id) = (PathIds.Twin(context), PathIds.Relationship(context));
        WriteCondition condition = Conditions.Of(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        _ = (await instance.Twins.PutRelationshipAsync(source, id, body.Content, condition, Caller.ActorOf(context), context.RequestAborted)).Value;
        body.Return();
        await SendAsync(context, source, id);
    }

    private async Task Patch(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        ContentTypes.RequireJson(context.Request);
        (TwinId source, RelationshipId id) = (PathIds.Twin(context), PathIds.Relationship(context));
        WriteCondition condition = Conditions.Of(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        WriteReceipt receipt = (await instance.Twins.PatchRelationshipAsync(source, id, body.Content, condition, Caller.ActorOf(context), context.RequestAborted)).Value;
        body.Return();
        NoContent.Answer(context, receipt.ETag);
    }

    private async Task Delete(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        (TwinId source, RelationshipId id) = (PathIds.Twin(context), PathIds.Relationship(context));
        _ = (await instance.Twins.DeleteRelationshipAsync(source, id, Conditions.Of(context.Request), Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }

    private Task ListOutgoing(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        IReadOnlyList<RelationshipRecord> all = instance.Twins.Outgoing(PathIds.Twin(context), context.Request.Text("relationshipName")).Value;
        return SendPageAsync(context, all, r => r.Id.Value, RelationshipJson.Write);
    }

    private Task ListIncoming(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        IReadOnlyList<RelationshipRecord> all = instance.Twins.Incoming(PathIds.Twin(context)).Value;
        return SendPageAsync(context, all, r => $"{r.SourceId.Value}{KeyDivider}{r.Id.Value}", RelationshipJson.WriteIncoming);
    }

    private Task SendAsync(HttpContext context, TwinId source, RelationshipId id)
    {
        RelationshipRecord relationship = instance.Twins.FindRelationship(source, id).Value;
        Reply reply = Reply.Rent();
        RelationshipJson.Write(relationship, reply.Body);
        context.Response.Headers.ETag = ETag.Of(relationship);
        return reply.SendAsync(context);
    }

    private Task SendPageAsync(HttpContext context, IReadOnlyList<RelationshipRecord> sorted, Func<RelationshipRecord, string> key, Action<RelationshipRecord, IBufferWriter<byte>> write)
    {
        int rows = paging.Rows(context.Request);
        string? after = Paging.After(context.Request);
        int first = 0;
        while (after is not null && first < sorted.Count && string.CompareOrdinal(key(sorted[first]), after) <= 0)
        {
            first++;
        }
        int end = Math.Min(sorted.Count, first + rows);
        Reply reply = Reply.Rent();
        reply.Body.Write("{\"value\":["u8);
        for (int i = first; i < end; i++)
        {
            reply.Body.Write(i == first ? ""u8 : ","u8);
            write(sorted[i], reply.Body);
        }
        reply.Body.Write("]"u8);
        if (end < sorted.Count)
        {
            paging.WriteNextLink(reply.Body, context.Request, key(sorted[end - 1]));
        }
        reply.Body.Write("}"u8);
        return reply.SendAsync(context);
    }
}
