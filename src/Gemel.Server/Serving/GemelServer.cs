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

    private readonly DataFolder _folder;
    private readonly WebApplication _app;
    private readonly Doors _doors;
    private readonly TlsCertificates? _certificates;

    private GemelServer(DataFolder folder, AccessKeys keys, WebApplication app, Doors doors, TlsCertificates? certificates) =>
        (_folder, Keys, _app, _doors, _certificates) = (folder, keys, app, doors, certificates);

    public AccessKeys Keys { get; }

    /// <summary>The administrator's.</summary>
    public AccessKey Key => Keys.Administrator;

    /// <summary>Where HTTP is, with the port really taken.</summary>
    public Uri HttpAddress => new($"http://{EndPointOf(_doors.Http)}");

    public IPEndPoint MqttAddress => EndPointOf(_doors.Mqtt);

    /// <summary>Null where there is no TLS.</summary>
    public Uri? HttpsAddress => _doors.Https is { } door ? new($"https://{EndPointOf(door)}") : null;

    /// <inheritdoc cref="HttpsAddress"/>
    public IPEndPoint? MqttsAddress => _doors.Mqtts is { } door ? EndPointOf(door) : null;

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
    public TlsCertificates? Certificates => _certificates;

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(GemelServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Opens the data folder and the doors; recovery goes on behind them until <c>/health/ready</c> says so.</summary>
    /// <exception cref="GemelException">The folder cannot be used (GMJ0xx, GMS0xx), or an address is taken (GMX030).</exception>
    public static async Task<GemelServer> StartAsync(ServeOptions options, IConfiguration configuration, ServerLogging logging, CancellationToken cancellationToken)
    {
        TimeProvider clock = TimeProvider.System;
        // Before anything is touched: what has begun to run would have to be taken down again.
        if (TakenOf(options) is { } taken)
        {
            throw new GemelException(ServerErrors.AddressTaken.With(taken));
        }
        DataFolder folder = DataFolder.Open(DiskFiles.Instance, options.Data, Timestamp.From(clock.GetUtcNow()), Version);
        TlsCertificates? certificates = null;
        try
        {
            AccessKeys keys = OpenKeys(folder.Root);
            certificates = options.Tls is { } tls ? TlsCertificates.Open(tls, folder.Root, AddressesOf(options), clock) : null;
            Doors doors = new();
            WebApplication app = Build(options, configuration, logging, folder, keys, doors, certificates);
            GemelServer server = new(folder, keys, app, doors, certificates);
            certificates?.Start(app.Services.GetRequiredService<ILogger<TlsCertificates>>());
            await server.ListenAsync(options, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            certificates?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <exception cref="GemelException">A key file is not what it should be (GMS0xx), or the disk refused (GMJ024).</exception>
    private static AccessKeys OpenKeys(string root)
    {
        try
        {
            AccessKeys keys = AccessKeys.Open(root);
            // A key that was made just now is shown to people: it must be the same after a power cut.
            DiskFiles.Instance.SyncFolder(root);
            return keys;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(JournalErrors.Unreadable.With(root, refused.Message), refused);
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
        _certificates?.Dispose();
        _folder.Dispose();
    }

    private static WebApplication Build(
        ServeOptions options, IConfiguration configuration, ServerLogging logging, DataFolder folder, AccessKeys keys, Doors doors, TlsCertificates? certificates)
    {
        // A line of a request ends with CR LF alone (RFC 9112, 2.2 allows less): a proxy in front may see another line than we do.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "gemel", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        logging.Configure(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.AddGemelInstance(folder, keys, options.Instance);
        builder.Services.AddGemelHttp(http => http.PublicUrl = options.PublicUrl);
        builder.Services.AddGemelMqtt();
        builder.Services.AddOptions<MqttOptions>().BindConfiguration("Mqtt");
        Observability.Add(builder);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Http, door => doors.Http = door.UseGemelErrors());
            kestrel.Listen(options.Mqtt, door => doors.Mqtt = door.UseGemelMqtt());
            if (certificates is not null)
            {
                doors.ListenWithTls(kestrel, options, certificates);
            }
        });
        if (certificates is not null)
        {
            builder.Services.AddSingleton<ICertificates>(_ => certificates);
            builder.Services.AddSingleton<IClientCertificates>(_ => certificates);
        }
        WebApplication app = builder.Build();
        TrustedProxies.Use(app, options.Proxies);
        app.UseGemelHttp();
        app.MapGemel();
        app.UseWebSockets();
        app.MapGemelMqtt().AllowAnonymous();
        Observability.Map(app);
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
            throw new GemelException(ServerErrors.AddressTaken.With(TakenOf(options) ?? $"http://{options.Http} or {options.Mqtt}"), taken);
        }
    }

    private static string? TakenOf(ServeOptions options) =>
        new (string Scheme, IPEndPoint? Address)[] { ("http", options.Http), ("mqtt", options.Mqtt), ("https", options.Https), ("mqtts", options.Mqtts) }
            .Where(door => door.Address is { } address && Listening.IsTaken(address)).Select(door => $"{door.Scheme}://{door.Address}").FirstOrDefault();

    private static IPAddress[] AddressesOf(ServeOptions options) =>
        [.. new[] { options.Https, options.Mqtts }.OfType<IPEndPoint>().SelectMany(Listening.AddressesOf).Distinct()];

    private static IPEndPoint EndPointOf(ListenOptions? door) => door?.IPEndPoint ?? throw new InvalidOperationException("A door listens on no IP address.");
}
