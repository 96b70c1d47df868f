using Gemel.Http.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Gemel.Http.Responses;

/// <summary>Turns whatever an endpoint threw into an error of the one shape.</summary>
internal sealed class FailureReply(GemelHttpOptions options, HttpMetrics metrics, ILogger<FailureReply> logger)
{
    private const string BearerChallenge = "Bearer realm=\"gemel\"";
    private const string BasicChallenge = "Basic realm=\"gemel\", charset=\"UTF-8\"";

    public async Task SendAsync(HttpContext context, Exception failure)
    {
        if (failure is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            return; // The client is gone; there is nobody to answer.
        }
        IReadOnlyList<GemelError> errors = ErrorsOf(context, failure);
        metrics.Failed(errors[0].Code);
        if (context.Response.HasStarted)
        {
            HttpLog.AnswerCutShort(logger, failure, context.Request.Path.Value ?? "");
            context.Abort();
            return;
        }
        context.Response.Clear();
        if (errors[0].Code.Status == StatusCodes.Status401Unauthorized)
        {
            bool forDevice = AccessRule.Of(context.GetEndpoint()) == AccessRule.OwnDevice;
            context.Response.Headers.WWWAuthenticate = forDevice ? new StringValues([BearerChallenge, BasicChallenge]) : BearerChallenge;
        }
        await ErrorReply.SendAsync(context, errors);
    }

    private IReadOnlyList<GemelError> ErrorsOf(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case GemelException known:
                if (known.Error.Code.Status >= StatusCodes.Status500InternalServerError)
                {
                    HttpLog.ServerError(logger, known.Error.Code.Code, context.Request.Path.Value ?? "", known.Message);
                }
                return known.Errors;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return [HttpErrors.BodyTooLarge.With(options.MaxBodyBytes)];
            case BadHttpRequestException malformed:
                return [HttpErrors.MalformedRequest.With(malformed.Message)];
            // The web server's answer to the length of a chunk that no number holds.
            case IOException { InnerException: OverflowException } malformed:
                return [HttpErrors.MalformedRequest.With(malformed.Message)];
            default:
                HttpLog.Unexpected(logger, failure, context.TraceIdentifier, context.Request.Method, context.Request.Path.Value ?? "");
                return [HttpErrors.Internal.With(context.TraceIdentifier)];
        }
    }
}
