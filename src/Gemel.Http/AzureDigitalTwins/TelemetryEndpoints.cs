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

/// <summary><c>POST …/telemetry</c> of a twin and of a component.</summary>
internal sealed class TelemetryEndpoints(IInstance instance, GemelHttpOptions options)
{
    private const string MessageId = "Message-Id";
    private const string SourceTime = "Telemetry-Source-Time";
    private const string Tag = "Telemetry";

    private static readonly ParameterDoc MessageIdDoc = Parameters.Header(MessageId, "Names the message; becomes the id of its event.", isRequired: true);
    private static readonly ParameterDoc SourceTimeDoc = Parameters.Header(SourceTime, "When it was measured (RFC 3339).");
    private static readonly BodyDoc Body = new([ContentTypes.Json], "TelemetryPayload", "telemetry");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/digitaltwins/{twinId}/telemetry", SendOfTwin).ForWriters().Described(new OperationDoc("DigitalTwins_SendTelemetry", Tag, "Sends telemetry of a twin.")
        {
            Parameters = [Parameters.TwinId, Parameters.ApiVersion, MessageIdDoc, SourceTimeDoc],
            Body = Body,
            Answers = [new(204, "Taken; it is durable.")],
            Errors = [new(400, "InvalidArgument, MissingArgument, ValidationFailed"), new(404, "DigitalTwinNotFound"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapPost("/digitaltwins/{twinId}/components/{componentPath}/telemetry", SendOfComponent).ForWriters().Described(new OperationDoc("DigitalTwins_SendComponentTelemetry", Tag, "Sends telemetry of a component.")
        {
            Parameters = [Parameters.TwinId, Parameters.ComponentPath, Parameters.ApiVersion, MessageIdDoc, SourceTimeDoc],
            Body = Body,
            Answers = [new(204, "Taken; it is durable.")],
            Errors = [new(400, "InvalidArgument, MissingArgument, ValidationFailed"), new(404, "DigitalTwinNotFound, ComponentNotFound"), new(413, "RequestBodyTooLarge")],
        });
    }

    private Task SendOfTwin(HttpContext context) => SendAsync(context, component: null);

    private Task SendOfComponent(HttpContext context) => SendAsync(context, PathIds.Component(context));

    private async Task SendAsync(HttpContext context, string? component)
    {
        ApiVersion.Of(context.Request);
        ContentTypes.RequireJson(context.Request);
        TwinId id = PathIds.Twin(context);
        string? messageId = context.Request.Headers[MessageId];
        if (string.IsNullOrEmpty(messageId))
        {
            throw new GemelException(HttpErrors.Missing.With($"The header {MessageId}", "an id of the message in it"));
        }
        Timestamp sourceTime = ReadSourceTime(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        TelemetryMessage message = new(component, messageId, sourceTime, body.Content, context.Request.ContentType ?? ContentTypes.Json);
        _ = (await instance.Twins.SendTelemetryAsync(id, message, Caller.ActorOf(context), context.RequestAborted)).Value;
        body.Return();
        NoContent.Answer(context);
    }

    private static Timestamp ReadSourceTime(HttpRequest request)
    {
        string? text = request.Headers[SourceTime];
        if (string.IsNullOrEmpty(text))
        {
            return Timestamp.None;
        }
        return Timestamp.TryParse(text, out Timestamp time)
            ? time
            : throw new GemelException(HttpErrors.InvalidHeader.With(SourceTime, text, "a time as in 2026-01-31T12:00:00Z (RFC 3339)"));
    }
}
