using BucketPeriod = Gemel.History.BucketPeriod;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Gemel.Http.Native;

/// <summary><c>GET /api/v1/digitaltwins/{id}/history</c>: raw points or buckets, as JSON or CSV.</summary>
internal sealed class HistoryEndpoint(IInstance instance, GemelHttpOptions options, Paging paging)
{
    private const string Csv = "text/csv";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/digitaltwins/{twinId}/history", Get).ForReaders().Described(new OperationDoc("History_Get", "History", "Reads how values of a twin were.")
        {
            Description = "Raw points, or with `every` buckets aligned to the epoch whose time is their start; empty buckets are left out. `q` is left out where the quality is good. "
                + "With `Accept: text/csv` the columns are `t,path,v,q` and the next page is named by the header `Link`.",
            Parameters =
            [
                Parameters.TwinId,
                Parameters.Query("paths", "Properties and telemetry, divided by commas (`flow,motor.temperature`); absent: all."),
                Parameters.From, Parameters.To,
                Parameters.Limit(options.MaxHistoryPoints),
                Parameters.Query("order", "Order of time.", """{"type":"string","enum":["asc","desc"],"default":"asc"}"""),
                Parameters.Query("include", "Which qualities.", """{"type":"string","enum":["good","all"],"default":"good"}"""),
                Parameters.Query("boundary", "`previous` adds the value that held at `from`.", """{"type":"string","enum":["none","previous"],"default":"none"}"""),
                Parameters.Query("every", "Length of a bucket (ISO 8601 duration, `PT1M`)."),
                Parameters.Query("functions", "With `every`: a list of mean (over samples), twa (weighted by time), min, max, sum, count, first, last; default mean."),
                Parameters.ContinuationToken,
            ],
            Answers = [new(200, "The series; points where `every` is absent, else buckets.", "History", "history") { ContentTypes = ["application/json", Csv], Headers = ["Link"] }],
            Errors = [new(400, "InvalidArgument, BadRequest"), new(404, "DigitalTwinNotFound")],
        });
    }

    private Task Get(HttpContext context)
    {
        AskedHistory asked = AskedHistory.Read(context, Math.Min(options.MaxPageRows, options.MaxHistoryPoints), options.MaxHistoryPoints);
        return asked.Every is { } every ? SendBucketsAsync(context, asked, every) : SendPointsAsync(context, asked);
    }

    private async Task SendPointsAsync(HttpContext context, AskedHistory asked)
    {
        HistoryPage page = (await instance.History.ReadAsync(asked.Query, context.RequestAborted)).Value;
        Reply reply = Reply.Rent();
        if (WantsCsv(context.Request))
        {
            HistoryCsv.Write(reply.Body, page.Series);
            await SendCsvAsync(context, reply, page.Continuation);
            return;
        }
        reply.Json.WriteStartObject();
        HistoryJson.WriteRange(reply.Json, asked.Query);
        HistoryJson.WriteSeries(reply.Json, page.Series);
        await SendJsonAsync(context, reply, page.Continuation);
    }

    private async Task SendBucketsAsync(HttpContext context, AskedHistory asked, BucketPeriod every)
    {
        BucketPage page = (await instance.History.ReadBucketsAsync(asked.Query, every, BucketColumn.Together(asked.Columns), context.RequestAborted)).Value;
        Reply reply = Reply.Rent();
        if (WantsCsv(context.Request))
        {
            HistoryCsv.Write(reply.Body, page.Series, asked.Columns);
            await SendCsvAsync(context, reply, page.Continuation);
            return;
        }
        reply.Json.WriteStartObject();
        HistoryJson.WriteRange(reply.Json, asked.Query);
        HistoryJson.WriteSeries(reply.Json, page.Series, asked.Columns);
        await SendJsonAsync(context, reply, page.Continuation);
    }

    private Task SendJsonAsync(HttpContext context, Reply reply, string? continuation)
    {
        if (continuation is not null)
        {
            reply.Json.WriteString("nextLink"u8, paging.Link(context.Request, continuation));
        }
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private Task SendCsvAsync(HttpContext context, Reply reply, string? continuation)
    {
        if (continuation is not null)
        {
            context.Response.Headers.Link = $"<{paging.Link(context.Request, continuation)}>; rel=\"next\"";
        }
        return reply.SendAsync(context, contentType: HistoryCsv.ContentType);
    }

    // CSV only where it is named and ranks above JSON.
    private static bool WantsCsv(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? accepted))
        {
            return false;
        }
        double csv = Rank(accepted, Csv);
        return csv > 0 && csv >= Rank(accepted, "application/json");
    }

    private static double Rank(IList<MediaTypeHeaderValue> accepted, string type)
    {
        return accepted.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
    }
}
