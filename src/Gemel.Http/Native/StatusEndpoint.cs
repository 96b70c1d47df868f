using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Health;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.Native;

/// <summary><c>GET /api/v1/status</c>: the durable commit, followers and their lag, counts.</summary>
internal sealed class StatusEndpoint(IInstance instance, IEnumerable<ICertificates> certificates, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/status", Get).ForReaders().Described(new OperationDoc("Status_Get", "Server", "Shows how far the instance is.")
        {
            Answers = [new(200, "The status.", "Status", "status")],
        });
    }

    private Task Get(HttpContext context)
    {
        Catalog catalog = instance.Catalog;
        InstanceStatus status = instance.Status;
        Reply reply = Reply.Rent();
        var json = reply.Json;
        json.WriteStartObject();
        json.WriteString("phase"u8, PhaseNames.Of(status.Phase));
        if (status.Reason is { } reason)
        {
            json.WriteString("reason"u8, reason);
        }
        if (status.IngestRefusal is { } refusal)
        {
            json.WriteString("ingestRefused"u8, refusal);
        }
        json.WriteString("time"u8, Timestamp.From(clock.GetUtcNow()).ToString());
        json.WriteNumber("durableCommit"u8, instance.DurableCommit);
        json.WriteStartArray("followers"u8);
        foreach (FollowerStatus follower in status.Followers)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, follower.Name);
            json.WriteNumber("position"u8, follower.Position);
            json.WriteNumber("lagCommits"u8, follower.LagCommits);
            if (follower.Failure is { } failure)
            {
                json.WriteString("failure"u8, failure);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteCertificates(json);
        json.WriteStartObject("counts"u8);
        json.WriteNumber("twins"u8, instance.Twins.Count);
        json.WriteNumber("models"u8, catalog.Models.Count);
        json.WriteNumber("devices"u8, catalog.Devices.Count);
        json.WriteNumber("mappings"u8, catalog.Mappings.Count);
        json.WriteEndObject();
        json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private void WriteCertificates(Utf8JsonWriter json)
    {
        json.WriteStartArray("certificates"u8);
        foreach (CertificateState state in certificates.SelectMany(c => c.States))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, state.Name);
            json.WriteString("notAfter"u8, Timestamp.From(state.NotAfter).ToString());
            json.WriteNumber("daysLeft"u8, (long)Math.Floor((state.NotAfter - clock.GetUtcNow()).TotalDays));
            if (state.Failure is { } failure)
            {
                json.WriteString("failure"u8, failure);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
