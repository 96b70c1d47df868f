using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.Native;

/// <summary><c>GET /api/v1/rejections</c>: what was not taken, and why.</summary>
internal sealed class RejectionsEndpoint(IInstance instance, GemelHttpOptions options)
{
    private const int UsualLimit = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/rejections", List).ForReaders().Described(new OperationDoc("Rejections_List", "Devices", "Lists device data that was not taken, newest first.")
        {
            Description = $"Without `limit` the newest {UsualLimit}. The store is bounded: the oldest go first.",
            Parameters = [Parameters.From, Parameters.To, Parameters.Query("device", "Only of this device."), Parameters.Limit(options.MaxPageRows)],
            Answers = [new(200, "The rejections.", "RejectionList", "rejectionList")],
            Errors = [new(400, "InvalidArgument")],
        });
    }

    private Task List(HttpContext context)
    {
        HttpRequest request = context.Request;
        DeviceId? device = request.Text("device") is { } id ? DeviceId.Create(id) : null;
        int limit = request.Count("limit", absent: Math.Min(UsualLimit, options.MaxPageRows), most: options.MaxPageRows);
        IReadOnlyList<Rejection> rejections = instance.Rejections.Read(request.Time("from"), request.Time("to"), device, limit);
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteStartArray("value"u8);
        foreach (Rejection rejection in rejections)
        {
            Write(reply.Json, rejection);
        }
        reply.Json.WriteEndArray();
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private static void Write(Utf8JsonWriter json, Rejection rejection)
    {
        json.WriteStartObject();
        json.WriteNumber("number"u8, rejection.Number);
        json.WriteString("time"u8, rejection.Time.ToString());
        if (rejection.Device is { } device)
        {
            json.WriteString("device"u8, device.Value);
        }
        json.WriteString("sender"u8, rejection.Sender);
        json.WriteString("topic"u8, rejection.Topic);
        json.WriteNumber("payloadBytes"u8, rejection.PayloadBytes);
        json.WriteBase64String("payload"u8, rejection.Payload.Span);
        if (Utf8.IsValid(rejection.Payload.Span))
        {
            json.WriteString("text"u8, Encoding.UTF8.GetString(rejection.Payload.Span));
        }
        json.WriteStartArray("reasons"u8);
        foreach (GemelError reason in rejection.Reasons)
        {
            ErrorReply.Write(json, reason);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
