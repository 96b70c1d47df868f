using System.CommandLine;
using Gemel.Server.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel serve</c>.</summary>
internal static class ServeCommand
{
    private static readonly Option<string?> Data = Setting("--data", "DIR", $"Data folder; made where there is none. [default: {ServeOptions.DefaultData}]");
    private static readonly Option<string?> Http = Setting("--http", "URL", $"Where HTTP listens. [default: {ServeOptions.DefaultHttp}]");
    private static readonly Option<string?> Mqtt = Setting("--mqtt", "HOST:PORT", $"Where MQTT listens. [default: {ServeOptions.DefaultMqtt}]");
    private static readonly Option<string?> Https = Setting("--https", "URL", "Where HTTP with TLS listens; any address may be taken. [default: nowhere]");
    private static readonly Option<string?> Mqtts = Setting("--mqtts", "HOST:PORT", "Where MQTT with TLS listens; any address may be taken. [default: nowhere]");
    private static readonly Option<string?> Tls = Setting("--tls", "self", "Make and keep a self-signed certificate in DIR/tls. [default: the files named besides]");
    private static readonly Option<string?> TlsCert = Setting("--tls-cert", "FILE", "PEM file of the certificate and those above it; read again when it changes. [default: none]");
    private static readonly Option<string?> TlsKey = Setting("--tls-key", "FILE", "PEM file of the certificate's private key. [default: none]");
    private static readonly Option<string?> TlsClientCa = Setting("--tls-client-ca", "FILE", "PEM file of the authorities whose certificates devices may show. [default: none may]");
    private static readonly Option<string?> TlsClientCrl = Setting("--tls-client-crl", "FILE", "PEM file of what these authorities have revoked. [default: none]");
    private static readonly Option<string?> BehindProxy = Setting("--behind-proxy", "ADDRESSES", "Proxies whose X-Forwarded-For, -Proto and -Host count, as '10.0.0.0/8,127.0.0.1'. [default: none's]");
    private static readonly Option<string?> PublicUrl = Setting("--public-url", "URL", "Address by which clients reach this server, for the links in answers. [default: as the request says]");
    private static readonly Option<string?> JournalRetention = Setting("--journal-retention", "TIME", $"How long commits stay in the journal for streams that resume. [default: {ServeOptions.DefaultJournalRetention}]");
    private static readonly Option<string?> HistoryRetention = Setting("--history-retention", "TIME", "How long history is kept. [default: unlimited]");
    private static readonly Option<string?> DiskReserve = Setting("--disk-reserve", "SHARE|SIZE", $"Free space, in percent or bytes, below which device data is refused. [default: {ServeOptions.DefaultDiskReserve}]");
    private static readonly Option<string?> Config = Setting("--config", "FILE", "JSON file of settings; environment (GEMEL_…) and command line win over it. [default: none]");
    private static readonly Option<bool> Insecure = new("--insecure") { Description = "Listen on other addresses than loopback although there is no TLS. [default: no]" };
    private static readonly Option<bool> JsonLog = new("--log-json") { Description = "Write the log as JSON lines. [default: no]" };
    private static readonly Option<LogLevel> LogLevelOption = new("--log-level") { Description = "Least level of our own log messages.", DefaultValueFactory = _ => LogLevel.Information };

    public static Command Create()
    {
        Command command = new("serve", "Serves twins from a data folder over HTTP and MQTT.")
        {
            Data, Http, Mqtt, Https, Mqtts, Tls, TlsCert, TlsKey, TlsClientCa, TlsClientCrl, BehindProxy, PublicUrl, JournalRetention, HistoryRetention, DiskReserve, Config, Insecure, JsonLog, LogLevelOption,
        };
        command.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            () => RunAsync(arguments, cancellationToken), arguments.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IConfiguration configuration = Settings(arguments);
        ServeOptions options = ServeOptions.Read(configuration).Value;
        ServerLogging logging = new(arguments.GetValue(LogLevelOption), arguments.GetValue(JsonLog));
        TextWriter output = arguments.InvocationConfiguration.Output;
        GemelServer server = await GemelServer.StartAsync(options, configuration, logging, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            await output.WriteLineAsync($"Gemel {GemelServer.Version} serves {Path.GetFullPath(options.Data)} at {server.HttpAddress.GetLeftPart(UriPartial.Authority)} and mqtt://{server.MqttAddress}").ConfigureAwait(false);
            if (server.TlsAddresses is { } withTls)
            {
                await output.WriteLineAsync($"With TLS at {withTls}").ConfigureAwait(false);
            }
            await output.WriteLineAsync($"The administrator's key is in {server.Key.File}").ConfigureAwait(false);
            server.WarnOfOldRuntime();
            await server.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        return Exit.Ok;
    }

    /// <summary>File, then environment, then command line: the later wins.</summary>
    private static IConfigurationRoot Settings(ParseResult arguments)
    {
        ConfigurationBuilder builder = new();
        string? file = arguments.GetValue(Config);
        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }
        builder.AddEnvironmentVariables(ServeOptions.EnvironmentPrefix);
        builder.AddInMemoryCollection(Given(arguments));
        try
        {
            return builder.Build();
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            throw new GemelException(ServerErrors.FileUnreadable.With(file, unreadable.GetBaseException().Message), unreadable);
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> Given(ParseResult arguments)
    {
        (string Name, Option<string?> Option)[] settings =
        [
            ("Data", Data), ("Http", Http), ("Mqtt", Mqtt), ("PublicUrl", PublicUrl),
            ("Https", Https), ("Mqtts", Mqtts), ("Tls", Tls), ("TlsCert", TlsCert), ("TlsKey", TlsKey),
            ("TlsClientCa", TlsClientCa), ("TlsClientCrl", TlsClientCrl), ("BehindProxy", BehindProxy),
            ("JournalRetention", JournalRetention), ("HistoryRetention", HistoryRetention), ("DiskReserve", DiskReserve),
        ];
        foreach ((string name, Option<string?> option) in settings)
        {
            if (arguments.GetValue(option) is { } value)
            {
                yield return KeyValuePair.Create<string, string?>(name, value);
            }
        }
        if (arguments.GetValue(Insecure))
        {
            yield return KeyValuePair.Create<string, string?>("Insecure", "true");
        }
    }

    private static Option<string?> Setting(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
