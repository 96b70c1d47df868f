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

/// <summary><c>POST /api/v1/devices/{id}/data</c>: device data over HTTP, answered item by item once its commit is durable.</summary>
internal sealed class DeviceDataEndpoint(IInstance instance, GemelHttpOptions options, HttpMetrics metrics)
{
    private const string Origin = "http";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/devices/{deviceId}/data", Post).ForOwnDevice().Described(new OperationDoc("Devices_SendData", "Devices", "Sends a device's data.")
        {
            Description = "The payloads of the MQTT topic `devices/{deviceId}/data`: an array of objects, each with `$twin`, or one flat object of tags that the device's mapping resolves. "
                + "A device bound to one twin, without a mapping, may leave `$twin` out. Answered once the commit is durable: 200 where at least one item was taken, wholly or in part.",
            Parameters = [Parameters.DeviceId],
            Body = new BodyDoc([ContentTypes.Json, ContentTypes.Cbor], "DeviceData", "deviceData"),
            Answers = [new(200, "What became of each item.", "DataReceipt", "dataReceipt")],
            Errors = [new(400, "InvalidArgument, ValidationFailed: no item was taken"), new(404, "DeviceNotFound"), new(413, "RequestBodyTooLarge"), new(415, "UnsupportedMediaType")],
        });
    }

    private async Task Post(HttpContext context)
    {
        DeviceId id = PathIds.Device(context);
        if (!instance.Catalog.Devices.TryGetValue(id.Value, out DeviceRecord? device))
        {
            throw new GemelException(HttpErrors.UnknownDevice.With(id.Value));
        }
        PayloadFormat format = ContentTypes.IsCbor(context.Request) ? PayloadFormat.Cbor : PayloadFormat.Json;
        RequestBody body = await RequestBody.ReadAsync(context, options);
        if (body.Content.IsEmpty)
        {
            throw new GemelException(HttpErrors.Missing.With("The body", "device data as JSON or CBOR"));
        }
        // An administrator who sends for a device sends as that device: its bindings and its mapping are what counts.
        Identity sender = Caller.Of(context) with { Role = Role.Device, Device = id };
        using IIngestSession session = instance.Ingest.Open(sender, Origin);
        MessageDisposition[] known = Add(session, body.Content, format, device);
        Task<WaveReceipt> committed = await session.FlushAsync(context.RequestAborted);
        body.Return();
        WaveReceipt receipt = await committed.WaitAsync(context.RequestAborted);
        await AnswerAsync(context, known, receipt);
    }

    private MessageDisposition[] Add(IIngestSession session, ReadOnlyMemory<byte> payload, PayloadFormat format, DeviceRecord device)
    {
        IReadOnlyList<(int Start, int Length)> items = DataItems.Divide(payload, format, options.MaxJsonDepth, options.MaxDataItems);
        string? onlyTwin = device.Mapping is null && device.Twins is [TwinId only] ? only.Value : null;
        string topic = $"devices/{device.Id.Value}/data";
        MessageDisposition[] known = new MessageDisposition[items.Count];
        for (int i = 0; i < items.Count; i++)
        {
            ReadOnlyMemory<byte> item = payload.Slice(items[i].Start, items[i].Length);
            bool forOnlyTwin = onlyTwin is not null && !DataItems.NamesTwin(item, format);
            known[i] = session.Add(new DataMessage
            {
                Twin = forOnlyTwin ? onlyTwin : default,
                Topic = topic,
                Payload = item.Span,
                Format = format,
            });
        }
        return known;
    }

    private Task AnswerAsync(HttpContext context, MessageDisposition[] known, WaveReceipt receipt)
    {
        MessageReceipt?[] exceptions = new MessageReceipt?[known.Length];
        foreach (MessageReceipt exception in receipt.Exceptions)
        {
            exceptions[exception.Item] = exception;
            known[exception.Item] = exception.Disposition;
        }
        foreach (IGrouping<MessageDisposition, MessageDisposition> alike in known.GroupBy(d => d))
        {
            metrics.DataItems(alike.Count(), Name(alike.Key));
        }
        GemelError? refusal = Array.TrueForAll(known, d => d is not (MessageDisposition.Taken or MessageDisposition.PartlyRejected))
            ? exceptions.SelectMany(e => e?.Errors ?? []).FirstOrDefault() ?? HttpErrors.NothingTaken.With()
            : null;
        Reply reply = Reply.Rent();
        Write(reply.Json, known, exceptions, receipt.Commit, refusal);
        if (refusal is not null)
        {
            ErrorReply.Prepare(context.Response, refusal.Code);
        }
        return reply.SendAsync(context, refusal?.Code.Status ?? StatusCodes.Status200OK);
    }

    private static void Write(Utf8JsonWriter json, MessageDisposition[] known, MessageReceipt?[] exceptions, long commit, GemelError? refusal)
    {
        json.WriteStartObject();
        if (refusal is not null)
        {
            ErrorReply.WriteMember(json, [.. exceptions.SelectMany(e => e?.Errors ?? []).DefaultIfEmpty(refusal)]);
        }
        json.WriteNumber("commit"u8, commit);
        json.WriteStartArray("items"u8);
        for (int i = 0; i < known.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("item"u8, i);
            json.WriteString("status"u8, Name(known[i]));
            if (exceptions[i] is { } exception)
            {
                WriteException(json, exception);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteException(Utf8JsonWriter json, MessageReceipt exception)
    {
        json.WriteNumber("taken"u8, exception.Taken);
        json.WriteNumber("rejected"u8, exception.Rejected);
        json.WriteStartArray("errors"u8);
        foreach (GemelError error in exception.Errors)
        {
            ErrorReply.Write(json, error);
        }
        json.WriteEndArray();
    }

    private static string Name(MessageDisposition disposition) => disposition switch
    {
        MessageDisposition.Taken => "taken",
        MessageDisposition.PartlyRejected => "partlyRejected",
        MessageDisposition.Rejected => "rejected",
        MessageDisposition.UnknownTwin => "unknownTwin",
        _ => "notAuthorized",
    };
}
