using System.Buffers;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.Native;

/// <summary><c>/api/v1/mappings</c>: documents that resolve topics and tags to twins and paths.</summary>
internal sealed class MappingEndpoints(IInstance instance, GemelHttpOptions options, Paging paging)
{
    private const string ListPattern = "/api/v1/mappings";
    private const string OnePattern = "/api/v1/mappings/{name}";
    private const string TestPattern = "/api/v1/mappings/test";
    private const string Tag = "Mappings";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(ListPattern, List).ForReaders().Described(new OperationDoc("Mappings_List", Tag, "Lists mappings in the order of their names.")
        {
            Parameters = [Parameters.MaxItems, Parameters.ContinuationToken],
            Answers = [new(200, "A page.", "MappingList")],
            Errors = [new(400, "InvalidArgument, BadRequest")],
        });
        routes.MapGet(OnePattern, Get).ForReaders().Described(new OperationDoc("Mappings_Get", Tag, "Reads a mapping as it was given, YAML or JSON.")
        {
            Parameters = [Parameters.MappingName],
            Answers = [new(200, "The document.", "Mapping") { ContentTypes = [ContentTypes.Yaml, ContentTypes.Json] }],
            Errors = [new(404, "MappingNotFound")],
        });
        routes.MapPut(OnePattern, Put).ForAdministrators().Described(new OperationDoc("Mappings_Put", Tag, "Creates or replaces a mapping.")
        {
            Parameters = [Parameters.MappingName],
            Body = new BodyDoc([ContentTypes.Yaml, ContentTypes.Json], "Mapping"),
            Answers = [new(201, "Created.", "MappingSummary"), new(200, "Replaced.", "MappingSummary")],
            Errors = [new(400, "InvalidArgument"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapDelete(OnePattern, Delete).ForAdministrators().Described(new OperationDoc("Mappings_Delete", Tag, "Deletes a mapping that no device uses.")
        {
            Parameters = [Parameters.MappingName],
            Answers = [new(204, "Deleted.")],
            Errors = [new(404, "MappingNotFound"), new(409, "InvalidArgument")],
        });
        routes.MapPost(TestPattern, Test).ForReaders().Described(new OperationDoc("Mappings_Test", Tag, "Shows what a message would become; changes nothing.")
        {
            Body = new BodyDoc([ContentTypes.Json], "MappingTrial", "mappingTrial"),
            Answers = [new(200, "Every value of the message.", "MappedValues", "mappedValues")],
            Errors = [new(400, "InvalidArgument, MissingArgument"), new(404, "MappingNotFound"), new(413, "RequestBodyTooLarge")],
        });
    }

    private Task List(HttpContext context)
    {
        int rows = paging.Rows(context.Request);
        string? after = Paging.After(context.Request);
        MappingRecord[] page = [.. instance.Catalog.Mappings.Values.Where(m => after is null || string.CompareOrdinal(m.Name, after) > 0).Take(rows + 1)];
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteStartArray("value"u8);
        foreach (MappingRecord mapping in page.Take(rows))
        {
            MappingJson.WriteSummary(reply.Json, mapping);
        }
        reply.Json.WriteEndArray();
        if (page.Length > rows)
        {
            paging.WriteNextLink(reply.Json, context.Request, page[rows - 1].Name);
        }
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private Task Get(HttpContext context)
    {
        MappingRecord mapping = Require(PathIds.Mapping(context));
        Reply reply = Reply.Rent();
        reply.Body.Write(mapping.Document.Span);
        bool json = mapping.Document.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8);
        return reply.SendAsync(context, contentType: json ? Reply.JsonType : $"{ContentTypes.Yaml}; charset=utf-8");
    }

    private async Task Put(HttpContext context)
    {
        ContentTypes.RequireYamlOrJson(context.Request);
        string name = PathIds.Mapping(context);
        bool isNew = !instance.Catalog.Mappings.ContainsKey(name);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        // The catalog keeps the document, so it gets a copy of its own.
        byte[] document = body.Content.ToArray();
        body.Return();
        MappingRecord mapping = (await instance.Mappings.PutAsync(name, document, Caller.ActorOf(context), context.RequestAborted)).Value;
        Reply reply = Reply.Rent();
        MappingJson.WriteSummary(reply.Json, mapping);
        await reply.SendAsync(context, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task Delete(HttpContext context)
    {
        string name = PathIds.Mapping(context);
        bool deleted = (await instance.Mappings.DeleteAsync(name, Caller.ActorOf(context), context.RequestAborted)).Value;
        if (!deleted)
        {
            throw new GemelException(HttpErrors.UnknownMapping.With(name));
        }
        NoContent.Answer(context);
    }

    private async Task Test(HttpContext context)
    {
        MappingTrial trial = MappingJson.ReadTrial(await JsonBody.ReadAsync(context, options, JsonValueKind.Object, MappingJson.ExpectedTrial));
        if (trial.Mapping is { } name)
        {
            Require(name);
        }
        IReadOnlyList<MappedValue> values = instance.Mappings.Test(trial).Value;
        Reply reply = Reply.Rent();
        MappingJson.WriteValues(reply.Json, values);
        await reply.SendAsync(context);
    }

    private MappingRecord Require(string name)
    {
        return instance.Catalog.Mappings.TryGetValue(name, out MappingRecord? mapping) ? mapping : throw new GemelException(HttpErrors.UnknownMapping.With(name));
    }
}
