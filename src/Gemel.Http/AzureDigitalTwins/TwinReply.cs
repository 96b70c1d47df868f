using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary>Sends a twin, a component of it, or its full state.</summary>
/// <remarks>The hot path of reading: one reusable view per thread, filled and written out before anything waits.</remarks>
internal static class TwinReply
{
    [ThreadStatic]
    private static TwinView? _view;

    /// <exception cref="GemelException">GMG010, there is no such twin.</exception>
    public static Task SendAsync(HttpContext context, ITwinStore twins, TwinId id, ApiVersion version)
    {
        TwinView view = Read(twins, id);
        Reply reply = Reply.Rent();
        TwinJson.Write(view, reply.Body, new TwinJsonOptions(version.HasUpdateTime));
        context.Response.Headers.ETag = ETag.Of(view);
        return reply.SendAsync(context);
    }

    /// <exception cref="GemelException">GMG010, there is no such twin; GMG011, it has no such component.</exception>
    public static Task SendComponentAsync(HttpContext context, ITwinStore twins, TwinId id, string component, ApiVersion version)
    {
        TwinView view = Read(twins, id);
        Reply reply = Reply.Rent();
        if (!TwinJson.TryWriteComponent(view, component, reply.Body, new TwinJsonOptions(version.HasUpdateTime)))
        {
            string known = string.Join(", ", view.Schema.Components.Select(c => c.Name));
            throw new GemelException(GraphErrors.ComponentNotFound.With(component, view.Schema.Model.Value, id.Value, known.Length == 0 ? "none" : known));
        }
        context.Response.Headers.ETag = ETag.Of(view);
        return reply.SendAsync(context);
    }

    /// <summary>Every property and telemetry with quality and times.</summary>
    /// <exception cref="GemelException">GMG010, there is no such twin.</exception>
    public static Task SendStateAsync(HttpContext context, ITwinStore twins, TwinId id)
    {
        TwinView view = Read(twins, id);
        Reply reply = Reply.Rent();
        StateJson.Write(view, reply.Body);
        context.Response.Headers.ETag = ETag.Of(view);
        return reply.SendAsync(context);
    }

    private static TwinView Read(ITwinStore twins, TwinId id)
    {
        TwinView view = _view ??= new TwinView();
        return twins.TryRead(id, view) ? view : throw new GemelException(GraphErrors.TwinNotFound.With(id.Value));
    }
}
