using System.Net;
using System.Reflection;
using Gemel.Cluster;
using Gemel.Http;
using Gemel.Journal;
using Gemel.Mqtt;
using Gemel.Security;
using Gemel.Server.Serving.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.Server.Serving;

/// <summary>One server process: data folder, instance, doors.</summary>
internal sealed class GemelServer : IAsyncDisposable
{
    // Less than the ten seconds within which a server is promised to stop.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    private readonly ServerParts _parts;
    private readonly WebApplication _app;

    private GemelServer(ServerParts parts, WebApplication app) => (_parts, _app) = (parts, app);

    public AccessKeys Keys => _parts.Keys;

    /// <summary>The administrator's.</summary>
    public AccessKey Key => Keys.Administrator;

    /// <summary>Where HTTP is, with the port really taken.</summary>
    public Uri HttpAddress => new($"http://{EndPointOf(_parts.Doors.Http)}");

    public IPEndPoint MqttAddress => EndPointOf(_parts.Doors.Mqtt);

    /// <summary>Null where there is no TLS.</summary>
    public Uri? HttpsAddress => _parts.Doors.Https is { } door ? new($"https://{EndPointOf(door)}") : null;

    /// <inheritdoc cref="HttpsAddress"/>
    public IPEndPoint? MqttsAddress => _parts.Doors.Mqtts is { } door ? EndPointOf(door) : null;

    /// <summary>All of them, for people; null where there is no TLS.</summary>
    public string? TlsAddresses
    {
        get
        {
            string[] all = [.. new[] { HttpsAddress?.GetLeftPart(UriPartial.Authority), MqttsAddress is { } mqtts ? $"mqtts://{mqtts}" : null }.OfType<string>()];
            return all.Length == 0 ? null : string.Join(" and ", all);
        }
    }

    /// <summary>Null where there is no TLS.</summary>
    public TlsCertificates? Certificates => _parts.Certificates;

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(GemelServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Opens the data folder and the doors; recovery goes on behind them until <c>/health/ready</c> says so.</summary>
    /// <exception cref="GemelException">The folder cannot be used (GMJ0xx, GMS0xx), or an address is taken (GMX030).</exception>
    public static async Task<GemelServer> StartAsync(ServeOptions options, IConfiguration configuration, ServerLogging logging, CancellationToken cancellationToken)
    {
        ServerParts parts = ServerParts.Open(options, TimeProvider.System, Version);
        try
        {
            GemelServer server = new(parts, Build(options, configuration, logging, parts));
            parts.Certificates?.Start(server._app.Services.GetRequiredService<ILogger<TlsCertificates>>());
            await server.ListenAsync(options, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    /// <summary>One line in the log where .NET lacks fixes that a server open to others needs.</summary>
    public void WarnOfOldRuntime()
    {
        if (RuntimePatch.Behind(Environment.Version, RuntimePatch.AspNetCore) is { } behind)
        {
            ServerLog.RuntimeBehind(_app.Services.GetRequiredService<ILogger<GemelServer>>(), behind, RuntimePatch.KnownGood);
        }
    }

    /// <summary>Runs until a signal or a failed recovery stops it.</summary>
    /// <exception cref="GemelException">The instance could not start.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        Task recovery = _app.Services.GetRequiredService<InstanceStart>().Completion;
        if (recovery.IsFaulted)
        {
            await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends when the instance takes work.</summary>
    /// <exception cref="GemelException">The instance could not start.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.Services.GetRequiredService<InstanceStart>().Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not (GemelException or OperationCanceledException))
        {
            throw new GemelException(ServerErrors.StartFailed.With(fault.Message), fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A signal has stopped it already, and a host does not stop twice.
        if (!_app.Lifetime.ApplicationStopped.IsCancellationRequested)
        {
            await _app.StopAsync().ConfigureAwait(false);
        }
        await _app.DisposeAsync().ConfigureAwait(false);
        _parts.Dispose();
    }

    private static WebApplication Build(ServeOptions options, IConfiguration configuration, ServerLogging logging, ServerParts parts)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "gemel", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        logging.Configure(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        Composition.Add(builder, options, builder.Configuration, parts);
        WebApplication app = builder.Build();
        TrustedProxies.Use(app, options.Proxies);
        app.UseGemelHttp();
        app.UseWebSockets();
        Composition.Map(app);
        return app;
    }

    private async Task ListenAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            // The recovery is under way already, and has to end before what it uses goes.
            await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
            throw new GemelException(ServerErrors.AddressTaken.With(ServerParts.TakenOf(options) ?? $"http://{options.Http} or {options.Mqtt}"), taken);
        }
    }

    private static IPEndPoint EndPointOf(ListenOptions? door) => door?.IPEndPoint ?? throw new InvalidOperationException("A door listens on no IP address.");
}
