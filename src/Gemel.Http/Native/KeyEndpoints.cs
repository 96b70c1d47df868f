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

/// <summary><c>/api/v1/keys</c>: named keys and their roles.</summary>
internal sealed class KeyEndpoints(IInstance instance, GemelHttpOptions options, Paging paging)
{
    private const string ListPattern = "/api/v1/keys";
    private const string OnePattern = "/api/v1/keys/{name}";
    private const string RotatePattern = "/api/v1/keys/{name}/rotate";
    private const string Tag = "Keys";
    private const string NoOverlap = "PT0S";
    private const string ExpectedKey = """{"name":"…","role":"reader|writer|administrator|scraper","expires":"2027-01-31T00:00:00Z"?}""";
    private const string ExpectedRotation = """{"overlap":"PT1H"?}""";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(ListPattern, List).ForAdministrators().Described(new OperationDoc("Keys_List", Tag, "Lists named keys in the order of their names, never the keys themselves.")
        {
            Parameters = [Parameters.MaxItems, Parameters.ContinuationToken],
            Answers = [new(200, "A page.", "KeyList")],
            Errors = [new(400, "InvalidArgument, BadRequest")],
        });
        routes.MapGet(OnePattern, Get).ForAdministrators().Described(new OperationDoc("Keys_Get", Tag, "Reads a named key, but for the key itself.")
        {
            Parameters = [Parameters.KeyName],
            Answers = [new(200, "The key.", "Key", "key")],
            Errors = [new(404, "KeyNotFound")],
        });
        routes.MapPost(ListPattern, Add).ForAdministrators().Described(new OperationDoc("Keys_Add", Tag, "Makes a named key.")
        {
            Description = "The key is in this answer and never again; what is kept is its hash.",
            Body = new BodyDoc([ContentTypes.Json], "KeyInput", "keyInput"),
            Answers = [new(201, "Made.", "KeyIssue", "keyIssue")],
            Errors = [new(400, "InvalidArgument, MissingArgument"), new(409, "KeyAlreadyExists"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapPost(RotatePattern, Rotate).ForAdministrators().Described(new OperationDoc("Keys_Rotate", Tag, "Makes a new key of the same name and role.")
        {
            Description = "The former one opens until the end of `overlap` (ISO 8601 duration, at most 30 days); without it, it ends at once, and so do its open streams and sessions.",
            Parameters = [Parameters.KeyName],
            Body = new BodyDoc([ContentTypes.Json], "KeyRotation", "keyRotation"),
            Answers = [new(200, "The key with its new value.", "KeyIssue", "keyIssue")],
            Errors = [new(400, "InvalidArgument"), new(404, "KeyNotFound"), new(413, "RequestBodyTooLarge")],
        });
        routes.MapDelete(OnePattern, Delete).ForAdministrators().Described(new OperationDoc("Keys_Delete", Tag, "Deletes a key; its open streams and sessions end.")
        {
            Parameters = [Parameters.KeyName],
            Answers = [new(204, "Deleted.")],
            Errors = [new(404, "KeyNotFound")],
        });
    }

    private Task List(HttpContext context)
    {
        int rows = paging.Rows(context.Request);
        string? after = Paging.After(context.Request);
        KeyRecord[] page = [.. instance.Catalog.Keys.Values.Where(k => after is null || string.CompareOrdinal(k.Name, after) > 0).Take(rows + 1)];
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        reply.Json.WriteStartArray("value"u8);
        foreach (KeyRecord key in page.Take(rows))
        {
            Write(reply.Json, key, secret: null);
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
        string name = PathIds.Key(context);
        KeyRecord key = instance.Catalog.Keys.TryGetValue(name, out KeyRecord? present) ? present : throw new GemelException(ClusterErrors.KeyNotFound.With(name));
        Reply reply = Reply.Rent();
        Write(reply.Json, key, secret: null);
        return reply.SendAsync(context);
    }

    private async Task Add(HttpContext context)
    {
        JsonElement json = await ReadAsync(context, ExpectedKey) ?? throw new GemelException(HttpErrors.Missing.With("The body", ExpectedKey));
        json.RequireOnly(ExpectedKey, "name", "role", "expires");
        string name = json.Text("name", ExpectedKey) ?? throw new GemelException(HttpErrors.Missing.With("'name'", ExpectedKey));
        if (!IdRules.IsValid(name, out string problem))
        {
            throw JsonBody.Malformed($"'name' {problem}.", ExpectedKey);
        }
        string role = json.Text("role", ExpectedKey) ?? throw new GemelException(HttpErrors.Missing.With("'role'", ExpectedKey));
        KeyIssue issue = (await instance.Keys.AddAsync(name, KeyRoles.Parse(role), ReadExpiry(json), Caller.ActorOf(context), context.RequestAborted)).Value;
        await SendAsync(context, issue, StatusCodes.Status201Created);
    }

    private async Task Rotate(HttpContext context)
    {
        TimeSpan overlap = TimeSpan.Zero;
        if (await ReadAsync(context, ExpectedRotation) is { } json)
        {
            json.RequireOnly(ExpectedRotation, "overlap");
            // Elsewhere a duration is above zero; here none is one, too.
            if (json.Text("overlap", ExpectedRotation) is { } text && text != NoOverlap && !IsoDuration.TryParse(text, out overlap))
            {
                throw JsonBody.Malformed($"'overlap' is '{text}', not an ISO 8601 duration.", ExpectedRotation);
            }
        }
        KeyIssue issue = (await instance.Keys.RotateAsync(PathIds.Key(context), overlap, Caller.ActorOf(context), context.RequestAborted)).Value;
        await SendAsync(context, issue, StatusCodes.Status200OK);
    }

    private async Task Delete(HttpContext context)
    {
        _ = (await instance.Keys.DeleteAsync(PathIds.Key(context), Caller.ActorOf(context), context.RequestAborted)).Value;
        NoContent.Answer(context);
    }

    private Task SendAsync(HttpContext context, KeyIssue issue, int status)
    {
        context.Response.Headers.CacheControl = "no-store";
        Reply reply = Reply.Rent();
        Write(reply.Json, issue.Record, issue.Key);
        return reply.SendAsync(context, status);
    }

    private async ValueTask<JsonElement?> ReadAsync(HttpContext context, string expected)
    {
        ContentTypes.RequireJson(context.Request);
        RequestBody body = await RequestBody.ReadAsync(context, options);
        if (body.Content.IsEmpty)
        {
            return null;
        }
        JsonElement json = JsonBody.Parse(body.Content, options, JsonValueKind.Object, expected);
        body.Return();
        return json;
    }

    private static Timestamp? ReadExpiry(JsonElement json)
    {
        if (json.Text("expires", ExpectedKey) is not { } text)
        {
            return null;
        }
        return Timestamp.TryParse(text, out Timestamp expires) ? expires : throw JsonBody.Malformed($"'expires' is '{text}', not an RFC 3339 time.", ExpectedKey);
    }

    private void Write(Utf8JsonWriter json, KeyRecord key, string? secret)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, key.Name);
        json.WriteString("role"u8, KeyRoles.NameOf(key.Role));
        if (secret is not null)
        {
            json.WriteString("key"u8, secret);
        }
        json.WriteString("created"u8, key.Created.ToString());
        json.WriteString("createdBy"u8, key.CreatedBy);
        json.WriteString("rotated"u8, key.Secrets[^1].Created.ToString());
        WriteTime(json, "expires", key.Expires);
        WriteTime(json, "lastUse", instance.Keys.LastUse(key));
        if (key.Secrets.Length > 1)
        {
            // The end of the last overlap; null only for the present secret.
            WriteTime(json, "formerUntil", key.Secrets[..^1].Max(former => former.Expires));
        }
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, Timestamp? time)
    {
        if (time is { IsNone: false } known)
        {
            json.WriteString(name, known.ToString());
        }
    }
}
