using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet.AspNetCore;
using MQTTnet.Server;

namespace Gemel.Bench.Endpoint;

/// <summary>What Gemel is compared with: MQTTnet on Kestrel that counts publishes and throws them away, or hands them to subscribers,
/// and an ASP.NET Core endpoint that answers the bytes it was given.</summary>
internal static class BaselineEndpoint
{
    public const string CountPath = "/count";
    public const string BodyPath = "/body";
    public const string TwinPath = "/digitaltwins/{id}";

    private const int NeverDrop = int.MaxValue;

    /// <summary>Prints its addresses as its first line, then serves until it is ended.</summary>
    public static async Task RunAsync(bool forward, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHostedMqttServer(mqtt => mqtt.WithMaxPendingMessagesPerClient(NeverDrop));
        builder.Services.AddMqttConnectionHandler();
        builder.Services.AddConnections();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseMqtt());
        });
        await using WebApplication app = builder.Build();
        Counter counter = new();
        app.Services.GetRequiredService<MqttServer>().InterceptingPublishAsync += publish =>
        {
            counter.Add();
            publish.ProcessPublish = forward;
            return Task.CompletedTask;
        };
        MapHttp(app, counter);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        await Console.Out.WriteLineAsync($"{addresses[0]} and mqtt://{new Uri(addresses[1]).Authority}").ConfigureAwait(false);
        await ((IHost)app).WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void MapHttp(WebApplication app, Counter counter)
    {
        byte[] body = [];
        app.MapGet(CountPath, () => counter.Value);
        app.MapPut(BodyPath, async (HttpRequest request) =>
        {
            using MemoryStream copy = new();
            await request.Body.CopyToAsync(copy).ConfigureAwait(false);
            body = copy.ToArray();
        });
        app.MapGet(TwinPath, (HttpContext context) =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = body.Length;
            context.Response.Headers.ETag = "W/\"1110000000001-1\"";
            return context.Response.Body.WriteAsync(body).AsTask();
        });
    }

    private sealed class Counter
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add() => Interlocked.Increment(ref _value);
    }
}
