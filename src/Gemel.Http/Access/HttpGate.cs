using Gemel.Cluster;
using Gemel.Http.Responses;
using Gemel.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gemel.Http.Access;

/// <summary>What every request passes between routing and its endpoint: readiness, credential, right; and on the way back,
/// every failure and everything left unanswered becomes an error of the one shape.</summary>
/// <remarks>Where all that completes at once, as for reading a twin, no task is made.</remarks>
internal sealed class HttpGate(RequestDelegate next, IInstance instance, CredentialCheck credentials, FailureReply failures, GemelHttpOptions options, ILogger<HttpGate> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        try
        {
            Task answer = Admit(context);
            return answer.IsCompletedSuccessfully && !IsUnanswered(context.Response) ? Task.CompletedTask : FinishAsync(context, answer);
        }
        catch (Exception failure)
        {
            return failures.SendAsync(context, failure);
        }
    }

    private async Task FinishAsync(HttpContext context, Task answer)
    {
        try
        {
            await answer;
            if (IsUnanswered(context.Response))
            {
                await AnswerUnansweredAsync(context);
            }
        }
        catch (Exception failure)
        {
            await failures.SendAsync(context, failure);
        }
    }

    private Task Admit(HttpContext context)
    {
        WebSocketOrigin.Require(context.Request, options);
        Endpoint? endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(context);
        }
        RequireReady();
        string? header = context.Request.Headers.Authorization;
        if (CredentialCheck.IsBasic(header))
        {
            return AdmitBasicAsync(context, header!, endpoint);
        }
        bool byCertificate = header is null && AccessRule.Of(endpoint) == AccessRule.OwnDevice;
        return Admit(context, byCertificate ? credentials.FindByCertificate(context) : credentials.FindBearer(context, header), endpoint);
    }

    // A device that is known is told that it may not; keys are bearers' everywhere but where devices send.
    private async Task AdmitBasicAsync(HttpContext context, string header, Endpoint? endpoint)
    {
        Identity? identity = await credentials.FindBasicAsync(context, header);
        bool counts = AccessRule.Of(endpoint) == AccessRule.OwnDevice || identity is { Role: Role.Device };
        await Admit(context, counts ? identity : null, endpoint);
    }

    private Task Admit(HttpContext context, Identity? identity, Endpoint? endpoint)
    {
        if (identity is null)
        {
            throw new GemelException(HttpErrors.Unauthorized.With());
        }
        if (endpoint is not null && !IsAllowed(context, identity, AccessRule.Of(endpoint) ?? AccessRule.Administer))
        {
            HttpLog.Denied(logger, identity.Name, context.Request.Method, LogText.Of(context.Request.Path.Value));
            throw new GemelException(HttpErrors.Forbidden.With(identity.Name, context.Request.Method, context.Request.Path.Value));
        }
        Caller.Set(context, identity);
        return next(context);
    }

    private static bool IsAllowed(HttpContext context, Identity identity, AccessRule rule) =>
        rule.Allows(identity.Role) || (rule == AccessRule.OwnDevice && IsOwn(context, identity));

    private static bool IsOwn(HttpContext context, Identity identity) => identity.Device is { } device && device.Value == Requests.RequestTarget.Segment(context, "deviceId");

    private void RequireReady()
    {
        InstanceStatus status = instance.Status;
        if (status.Phase is InstancePhase.Starting)
        {
            throw new GemelException(HttpErrors.NotReady.With($"recovery is at {status.Progress:P0}."));
        }
        if (status.Phase is InstancePhase.Stopping)
        {
            throw new GemelException(HttpErrors.NotReady.With("it is stopping."));
        }
    }

    // Routing itself answers an unknown path with 404 and a wrong method with 405 and Allow, both without a body.
    private static bool IsUnanswered(HttpResponse response)
    {
        return response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed && !response.HasStarted && response.ContentLength is null;
    }

    private static Task AnswerUnansweredAsync(HttpContext context)
    {
        GemelError error = context.Response.StatusCode == StatusCodes.Status404NotFound
            ? HttpErrors.UnknownPath.With(context.Request.Path.Value)
            : HttpErrors.MethodNotAllowed.With(context.Request.Path.Value, context.Request.Method);
        return ErrorReply.SendAsync(context, [error]);
    }
}
