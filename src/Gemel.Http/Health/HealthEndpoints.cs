using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.Health;

/// <summary><c>/health/live</c>: the process answers; <c>/health/ready</c>: recovery is over.</summary>
internal sealed class HealthEndpoints(IInstance instance, IEnumerable<ICertificates> certificates)
{
    private const string Tag = "Server";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", Live).Open().Described(new OperationDoc("Health_Live", Tag, "Says that the process answers.")
        {
            Answers = [new(200, "It does.", "Health")],
        });
        routes.MapGet("/health/ready", Ready).Open().Described(new OperationDoc("Health_Ready", Tag, "Says whether recovery is over.")
        {
            Answers = [new(200, "Ready. `status` is `readOnly` where the journal cannot be written; `failing` names the followers of the journal that do not get on, `certificates` where one has ended or a newer one cannot be used; `ingestRefused` is there while device data is refused because the disk is nearly full.", "Health", "health"), new(503, "Starting, with progress from 0 to 1, or stopping.", "Health")],
        });
    }

    private static Task Live(HttpContext context)
    {
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteString("status"u8, "live"u8);
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private Task Ready(HttpContext context)
    {
        InstanceStatus status = instance.Status;
        bool ready = status.Phase is InstancePhase.Ready or InstancePhase.ReadOnly;
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteString("status"u8, PhaseNames.Of(status.Phase));
        reply.Json.WriteNumber("progress"u8, status.Progress);
        if (status.Reason is { } reason)
        {
            reply.Json.WriteString("reason"u8, reason);
        }
        if (status.IngestRefusal is not null)
        {
            reply.Json.WriteBoolean("ingestRefused"u8, true);
        }
        WriteFailing(reply.Json, status.Followers);
        reply.Json.WriteEndObject();
        if (!ready)
        {
            context.Response.Headers.RetryAfter = "1";
        }
        context.Response.Headers.CacheControl = "no-store";
        return reply.SendAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    // Names only: whoever may see why asks for the status.
    private void WriteFailing(Utf8JsonWriter json, IReadOnlyList<FollowerStatus> followers)
    {
        string[] failing =
        [
            .. followers.Where(follower => follower.Failure is not null).Select(follower => follower.Name),
            .. certificates.SelectMany(c => c.States).Any(state => state.Failure is not null) ? ["certificates"] : Array.Empty<string>(),
        ];
        if (failing.Length == 0)
        {
            return;
        }
        json.WriteStartArray("failing"u8);
        foreach (string name in failing)
        {
            json.WriteStringValue(name);
        }
        json.WriteEndArray();
    }
}
