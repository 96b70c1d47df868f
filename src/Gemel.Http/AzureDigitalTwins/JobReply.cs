using Gemel.Cluster;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary>Answers with a job, or a page of jobs.</summary>
internal static class JobReply
{
    public static Task SendAsync(HttpContext context, JobView job, int status = StatusCodes.Status200OK)
    {
        Reply reply = Reply.Rent();
        JobJson.Write(reply.Json, job);
        return reply.SendAsync(context, status);
    }

    public static Task SendListAsync(HttpContext context, IReadOnlyList<JobView> jobs, Paging paging)
    {
        ApiVersion.Of(context.Request);
        int rows = paging.Rows(context.Request);
        string? after = Paging.After(context.Request);
        List<JobView> page = [.. jobs.Where(job => after is null || string.CompareOrdinal(job.Id, after) > 0).Take(rows + 1)];
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteStartArray("value"u8);
        foreach (JobView job in page.Take(rows))
        {
            JobJson.Write(reply.Json, job);
        }
        reply.Json.WriteEndArray();
        if (page.Count > rows)
        {
            paging.WriteNextLink(reply.Json, context.Request, page[rows - 1].Id);
        }
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }
}
