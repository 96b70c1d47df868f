using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Responses;

/// <summary>The one place where errors become answers: status and codes come from the catalogue, never from texts.</summary>
internal static class ErrorReply
{
    private const string CodeHeader = "x-ms-error-code";

    /// <summary>Answers with the first error's status and all errors in <c>details</c>.</summary>
    /// <param name="errors">At least one.</param>
    public static Task SendAsync(HttpContext context, IReadOnlyList<GemelError> errors)
    {
        Reply reply = Reply.Rent();
        reply.Json.WriteStartObject();
        WriteMember(reply.Json, errors);
        reply.Json.WriteEndObject();
        Prepare(context.Response, errors[0].Code);
        if (context.Features.Get<AskedWait>() is { } wait)
        {
            context.Response.Headers.RetryAfter = wait.Seconds.ToString(CultureInfo.InvariantCulture);
        }
        return reply.SendAsync(context, errors[0].Code.Status);
    }

    /// <summary>Writes the member <c>error</c> into the open object.</summary>
    public static void WriteMember(Utf8JsonWriter json, IReadOnlyList<GemelError> errors)
    {
        json.WritePropertyName("error"u8);
        json.WriteStartObject();
        WriteContent(json, errors[0]);
        json.WriteStartArray("details"u8);
        foreach (GemelError error in errors)
        {
            Write(json, error);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes one error as an object of its own.</summary>
    public static void Write(Utf8JsonWriter json, GemelError error)
    {
        json.WriteStartObject();
        WriteContent(json, error);
        json.WriteEndObject();
    }

    /// <summary>Sets the headers that belong to an error.</summary>
    public static void Prepare(HttpResponse response, ErrorCode code)
    {
        response.Headers[CodeHeader] = code.AzureCode;
        if (code.IsRetryable)
        {
            response.Headers.RetryAfter = "1";
        }
    }

    private static void WriteContent(Utf8JsonWriter json, GemelError error)
    {
        json.WriteString("code"u8, error.Code.AzureCode);
        json.WriteString("message"u8, error.Message);
        if (error.Target is { } target)
        {
            json.WriteString("target"u8, target);
        }
        if (error.Position is { } position)
        {
            json.WriteString("position"u8, string.Create(CultureInfo.InvariantCulture, $"{position}"));
        }
        json.WriteStartObject("innererror"u8);
        json.WriteString("code"u8, error.Code.Code);
        json.WriteEndObject();
    }
}

/// <summary>How long a caller has to wait before the next attempt.</summary>
internal sealed record AskedWait(long Seconds);
