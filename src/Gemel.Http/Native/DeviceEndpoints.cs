using System.Collections.Immutable;
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

/// <summary><c>/api/v1/devices</c>: devices, their bindings and secrets.</summary>
internal sealed class DeviceEndpoints(IInstance instance, GemelHttpOptions options, Paging paging)
{
    private const string ListPattern = "/api/v1/devices";
    private const string OnePattern = "/api/v1/devices/{deviceId}";
    private const string SecretPattern = "/api/v1/devices/{deviceId}/secret";
    private const string BindingPattern = "/api/v1/devices/{deviceId}/twins/{twinId}";
    private const string Tag = "Devices";
    private const string Expected = """{"twins":["…"],"mapping":"…","interval":"PT5S","requireCertificate":false}, each member optional""";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(ListPattern, List).ForReaders().Described(new OperationDoc("Devices_List", Tag, "Lists devices in the order of their ids.")
        {
            Parameters = [Parameters.Query("prefix", "Only ids that begin so."), Parameters.MaxItems, Parameters.ContinuationToken],
            Answers = [new(200, "A page.", "DeviceList")],
            Errors = [new(400, "InvalidArgument, BadRequest")],
        });
        routes.MapGet(OnePattern, Get).ForReaders().Described(new OperationDoc("Devices_Get", Tag, "Reads a device with its connection, skew and rates.")
        {
            Parameters = [Parameters.DeviceId],
            Answers = [new(200, "The device.", "Device", "device")],
            Errors = [new(400, "InvalidArgument"), new(404, "DeviceNotFound")],
        });
        routes.MapPut(OnePattern, Put).ForAdministrators().Described(new OperationDoc("Devices_Put", Tag, "Creates a device, or changes its bindings.")
        {
            Description = "The secret is in the answer that creates the device, and never again. Without `twins` a new device is bound to the twin of the same id.",
            Parameters = [Parameters.DeviceId],
            Body = new BodyDoc([ContentTypes.Json], "DeviceInput", "deviceInput"),
            Answers = [new(201, "Created.", "DeviceRegistration", "deviceRegistration"), new(200, "Changed; the secret stays as it is.", "DeviceRegistration")],
            Errors = [new(400, "InvalidArgument"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapDelete(OnePattern, Delete).ForAdministrators().Described(new OperationDoc("Devices_Delete", Tag, "Deletes a device; its twins stay.")
        {
            Parameters = [Parameters.DeviceId],
            Answers = [new(204, "Deleted.")],
            Errors = [new(400, "InvalidArgument"), new(404, "DeviceNotFound")],
        });
        routes.MapPost(SecretPattern, RenewSecret).ForAdministrators().Described(new OperationDoc("Devices_RenewSecret", Tag, "Makes a new secret; the former one ends at once.")
        {
            Parameters = [Parameters.DeviceId],
            Answers = [new(200, "The device with its new secret.", "DeviceRegistration", "deviceRegistration")],
            Errors = [new(400, "InvalidArgument"), new(404, "DeviceNotFound")],
        });
        routes.MapPut(BindingPattern, Bind).ForAdministrators().Described(new OperationDoc("Devices_Bind", Tag, "Binds a twin to a device.")
        {
            Parameters = [Parameters.DeviceId, Parameters.TwinId],
            Answers = [new(204, "Bound.")],
            Errors = [new(400, "InvalidArgument"), new(404, "DeviceNotFound")],
        });
        routes.MapDelete(BindingPattern, Unbind).ForAdministrators().Described(new OperationDoc("Devices_Unbind", Tag, "Unbinds a twin from a device.")
        {
            Parameters = [Parameters.DeviceId, Parameters.TwinId],
            Answers = [new(204, "Unbound.")],
            Errors = [new(400, "InvalidArgument"), new(404, "DeviceNotFound")],
        });
    }

    private Task List(HttpContext context)
    {
        int rows = paging.Rows(context.Request);
        string? after = Paging.After(context.Request);
        string prefix = context.Request.Text("prefix") ?? "";
        DeviceRecord[] page = [.. instance.Catalog.Devices.Values
            .Where(d => d.Id.Value.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(d.Id.Value, after) > 0))
            .Take(rows + 1)];
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteStartArray("value"u8);
        foreach (DeviceRecord device in page.Take(rows))
        {
            DeviceJson.Write(reply.Json, device, instance.Presence.Get(device.Id));
        }
        reply.Json.WriteEndArray();
        if (page.Length > rows)
        {
            paging.WriteNextLink(reply.Json, context.Request, page[rows - 1].Id.Value);
        }
        reply.Json.WriteEndObject();
        return reply.SendAsync(context);
    }

    private Task Get(HttpContext context)
    {
        DeviceId id = PathIds.Device(context);
        DeviceRecord device = Require(id);
        Reply reply = Reply.Rent();
        DeviceJson.Write(reply.Json, device, instance.Presence.Get(id));
        return reply.SendAsync(context);
    }

    private async Task Put(HttpContext context)
    {
        DeviceId id = PathIds.Device(context);
        DeviceSettings settings = await ReadSettingsAsync(context);
        DeviceRegistration registration = (await instance.Devices.PutAsync(id, settings, Caller.ActorOf(context), context.RequestAborted)).Value;
        await SendAsync(context, registration, registration.Secret is null ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private async Task Delete(HttpContext context)
    {
        _ = (await instance.Devices.DeleteAsync(PathIds.Device(context), Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }

    private async Task RenewSecret(HttpContext context)
    {
        DeviceRegistration registration = (await instance.Devices.RenewSecretAsync(PathIds.Device(context), Caller.ActorOf(context), context.RequestAborted)).Value;
        await SendAsync(context, registration, StatusCodes.Status200OK);
    }

    private async Task Bind(HttpContext context)
    {
        _ = (await instance.Devices.BindAsync(PathIds.Device(context), PathIds.Twin(context), Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }

    private async Task Unbind(HttpContext context)
    {
        _ = (await instance.Devices.UnbindAsync(PathIds.Device(context), PathIds.Twin(context), Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }

    private static Task SendAsync(HttpContext context, DeviceRegistration registration, int status)
    {
        context.Response.Headers.CacheControl = "no-store";
        Reply reply = Reply.Rent();
        DeviceJson.Write(reply.Json, registration);
        return reply.SendAsync(context, status);
    }

    private DeviceRecord Require(DeviceId id)
    {
        return instance.Catalog.Devices.TryGetValue(id.Value, out DeviceRecord? device) ? device : throw new GemelException(HttpErrors.UnknownDevice.With(id.Value));
    }

    /// <summary>An absent body asks for the defaults.</summary>
    private async ValueTask<DeviceSettings> ReadSettingsAsync(HttpContext context)
    {
        ContentTypes.RequireJson(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        if (body.Content.IsEmpty)
        {
            return new DeviceSettings(null, null, null);
        }
        JsonElement json = JsonBody.Parse(body.Content, options, JsonValueKind.Object, Expected);
        body.Return();
        json.RequireOnly(Expected, "twins", "mapping", "interval", "requireCertificate");
        return new DeviceSettings(ReadTwins(json), json.Text("mapping", Expected), ReadInterval(json)) { RequiresCertificate = ReadRequirement(json) };
    }

    private static ImmutableArray<TwinId>? ReadTwins(JsonElement json)
    {
        if (!json.TryGetProperty("twins", out JsonElement twins) || twins.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        if (twins.ValueKind != JsonValueKind.Array || twins.EnumerateArray().Any(t => t.ValueKind != JsonValueKind.String))
        {
            throw JsonBody.Malformed("'twins' is not an array of strings.", Expected);
        }
        return [.. twins.EnumerateArray().Select(t => TwinId.Create(t.GetString()!)).Distinct()];
    }

    private static bool? ReadRequirement(JsonElement json)
    {
        if (!json.TryGetProperty("requireCertificate", out JsonElement requirement) || requirement.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        return requirement.ValueKind is JsonValueKind.True or JsonValueKind.False ? requirement.GetBoolean() : throw JsonBody.Malformed("'requireCertificate' is neither true nor false.", Expected);
    }

    private static TimeSpan? ReadInterval(JsonElement json)
    {
        if (json.Text("interval", Expected) is not { } text)
        {
            return null;
        }
        return IsoDuration.TryParse(text, out TimeSpan interval) ? interval : throw JsonBody.Malformed($"'interval' is '{text}', not an ISO 8601 duration.", Expected);
    }
}
