using System.Globalization;
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

/// <summary><c>POST /query</c>.</summary>
internal sealed class QueryEndpoint(IInstance instance, GemelHttpOptions options)
{
    private const string Expected = """{"query":"SELECT …"} or {"continuationToken":"…"}""";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/query", Query).ForReaders().Described(new OperationDoc("Query_QueryTwins", "Query", "Queries the twins at one commit.")
        {
            Description = "With a `continuationToken` the query is ignored: the token names it, its commit and its place. No token in the answer means the last page.",
            Parameters = [Parameters.ApiVersion, Parameters.MaxItems],
            Body = new BodyDoc([ContentTypes.Json], "QuerySpecification", "query"),
            Answers = [new(200, "A page of rows.", "QueryResult", "queryResult") { Headers = ["query-charge"] }],
            Errors = [new(400, "BadRequest, InvalidArgument, MissingArgument, SqlQueryError, TimeoutError"), new(413, "RequestBodyTooLarge"), new(429, "QuotaReachedError")],
        });
    }

    private async Task Query(HttpContext context)
    {
        ApiVersion.Of(context.Request);
        int? rows = Paging.AskedRows(context.Request);
        JsonElement body = await JsonBody.ReadAsync(context, options, JsonValueKind.Object, Expected);
        string? text = body.Text("query", Expected);
        string? continuation = body.Text("continuationToken", Expected) is { Length: > 0 } token ? token : null;
        if (text is null && continuation is null)
        {
            throw new GemelException(HttpErrors.Missing.With("The member 'query'", Expected));
        }
        QueryPage page = (await instance.Queries.ExecuteAsync(continuation is null ? text : null, continuation, rows, context.RequestAborted)).Value;
        context.Response.Headers["query-charge"] = page.Charge.ToString(CultureInfo.InvariantCulture);
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WritePropertyName("value"u8);
        reply.Json.WriteRawValue(page.RowsJson.Span, skipInputValidation: true);
        if (page.Continuation is { } next)
        {
            reply.Json.WriteString("continuationToken"u8, next);
        }
        reply.Json.WriteEndObject();
        await reply.SendAsync(context);
    }
}
