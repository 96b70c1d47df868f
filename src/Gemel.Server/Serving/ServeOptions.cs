using System.Globalization;
using System.Net;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.History;
using Gemel.Ingest;
using Gemel.Journal;
using Gemel.Server.Serving.Tls;
using Microsoft.Extensions.Configuration;

namespace Gemel.Server.Serving;

/// <summary>How a server runs: from defaults, configuration file, environment (<c>GEMEL_…</c>) and command line, the later wins.</summary>
/// <param name="Data">The data folder.</param>
/// <param name="Http">Where HTTP listens; port 0 takes a free one; null for nowhere but where the hosting application does.</param>
/// <param name="Mqtt">Where MQTT listens; null for nowhere.</param>
/// <param name="PublicUrl">Address by which clients reach the server; null takes the request's.</param>
internal sealed record ServeOptions(string Data, IPEndPoint? Http, IPEndPoint? Mqtt, Uri? PublicUrl, InstanceOptions Instance)
{
    /// <summary>Where HTTP with TLS listens; null for nowhere.</summary>
    public IPEndPoint? Https { get; init; }

    /// <summary>Where MQTT with TLS listens; null for nowhere.</summary>
    public IPEndPoint? Mqtts { get; init; }

    /// <summary>Certificates; null where nothing is served with TLS.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Proxies whose forwarded headers count.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    public const string DefaultData = "./gemel-data";
    public const string DefaultHttp = "http://127.0.0.1:8080";
    public const string DefaultMqtt = "127.0.0.1:1883";
    public const string DefaultJournalRetention = "7d";
    public const string DefaultDiskReserve = "5%";
    public const string EnvironmentPrefix = "GEMEL_";

    /// <summary>Reads and checks all settings.</summary>
    /// <returns>The options, or every setting that breaks a rule: name, value, rule.</returns>
    public static Outcome<ServeOptions> Read(IConfiguration configuration) => Read(configuration, DefaultHttp, DefaultMqtt);

    /// <summary>As <see cref="Read(IConfiguration)"/>, for a server within another application: it opens only listeners that are named.</summary>
    public static Outcome<ServeOptions> ReadHosted(IConfiguration configuration) => Read(configuration, null, null);

    private static Outcome<ServeOptions> Read(IConfiguration configuration, string? defaultHttp, string? defaultMqtt)
    {
        List<GemelError> errors = [];
        bool isInsecure = ReadBoolean(configuration, "Insecure", false, errors);
        IPEndPoint? http = (configuration["Http"] ?? defaultHttp) is { } httpText ? Listening.ReadUrl(httpText, "Http", isInsecure, errors) : null;
        IPEndPoint? mqtt = (configuration["Mqtt"] ?? defaultMqtt) is { } mqttText ? Listening.ReadHostAndPort(mqttText, "Mqtt", isInsecure, errors) : null;
        IPEndPoint? https = Listening.ReadSecureUrl(configuration["Https"], "Https", errors);
        IPEndPoint? mqtts = Listening.ReadSecureHostAndPort(configuration["Mqtts"], "Mqtts", errors);
        TlsSettings? tls = TlsSettings.Read(configuration, isUsed: (configuration["Https"] ?? configuration["Mqtts"]) is not null, errors);
        IReadOnlyList<IPNetwork> proxies = TrustedProxies.Read(configuration["BehindProxy"], errors);
        Uri? publicUrl = ReadPublicUrl(configuration["PublicUrl"], errors);
        ShardOptions shard = new();
        IngestOptions ingest = new();
        InstanceOptions defaults = new();
        InstanceOptions instance = defaults with
        {
            Shards = (int)ReadNumber(configuration, "Cluster:Shards", defaults.Shards, 1, 256, errors),
            Shard = shard with
            {
                MaxAhead = ReadSpan(configuration, "Ingest:MaxAhead", shard.MaxAhead, errors),
                LiveWindow = ReadSpan(configuration, "Ingest:LiveWindow", shard.LiveWindow, errors),
                StaleGrace = ReadSpan(configuration, "Ingest:StaleGrace", shard.StaleGrace, errors),
                CommLostGrace = ReadSpan(configuration, "Ingest:CommLostGrace", shard.CommLostGrace, errors),
            },
            Ingest = ingest with
            {
                OnInvalid = ReadEnum(configuration, "Ingest:OnInvalid", ingest.OnInvalid, errors),
                OnUnknown = ReadEnum(configuration, "Ingest:OnUnknown", ingest.OnUnknown, errors),
                MaxObjects = (int)ReadNumber(configuration, "Ingest:MaxObjects", ingest.MaxObjects, 1, 1_000_000, errors),
            },
            Journal = CommitLogOptions.Default with
            {
                SegmentBytes = ReadNumber(configuration, "Journal:SegmentBytes", CommitLogOptions.Default.SegmentBytes, 1 << 16, 1L << 32, errors),
            },
            JournalRetention = ReadSpan(configuration, "JournalRetention", defaults.JournalRetention, errors),
            CheckpointInterval = ReadSpan(configuration, "Checkpoint:Interval", defaults.CheckpointInterval, errors),
            CheckpointBytes = ReadNumber(configuration, "Checkpoint:Bytes", defaults.CheckpointBytes, 1 << 20, 1L << 40, errors),
            History = ReadHistory(configuration, errors),
            DiskReserve = ReadReserve(configuration["DiskReserve"] ?? DefaultDiskReserve, errors),
        };
        return errors.Count == 0
            ? new ServeOptions(configuration["Data"] ?? DefaultData, http, mqtt, publicUrl, instance) { Https = https, Mqtts = mqtts, Tls = tls, Proxies = proxies }
            : Outcome<ServeOptions>.Failure(errors);
    }

    private static HistoryOptions ReadHistory(IConfiguration configuration, List<GemelError> errors)
    {
        HistoryOptions defaults = new();
        return defaults with
        {
            HotRows = (int)ReadNumber(configuration, "History:HotRows", defaults.HotRows, 1_000, 100_000_000, errors),
            HotAge = ReadSpan(configuration, "History:HotAge", defaults.HotAge, errors),
            Retention = configuration["HistoryRetention"] is null ? null : ReadSpan(configuration, "HistoryRetention", default, errors),
        };
    }

    private static ReservedSpace ReadReserve(string text, List<GemelError> errors)
    {
        if (!ReservedSpace.TryParse(text, out ReservedSpace reserve))
        {
            errors.Add(ServerErrors.InvalidSetting.With("DiskReserve", text, "a share of the disk up to 90% such as '5%', or a size such as '2GiB', '500MB' or '0'"));
        }
        return reserve;
    }

    private static Uri? ReadPublicUrl(string? text, List<GemelError> errors)
    {
        if (text is null)
        {
            return null;
        }
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
        {
            return url;
        }
        errors.Add(ServerErrors.InvalidSetting.With("PublicUrl", text, "an absolute http or https address"));
        return null;
    }

    private static TimeSpan ReadSpan(IConfiguration configuration, string name, TimeSpan absent, List<GemelError> errors)
    {
        if (configuration[name] is not { } text)
        {
            return absent;
        }
        if (Durations.TryParse(text, out TimeSpan span) && span > TimeSpan.Zero)
        {
            return span;
        }
        errors.Add(ServerErrors.InvalidSetting.With(name, text, "a duration above zero such as '7d', '12h', '90s' or '00:01:30'"));
        return absent;
    }

    private static long ReadNumber(IConfiguration configuration, string name, long absent, long least, long most, List<GemelError> errors)
    {
        if (configuration[name] is not { } text)
        {
            return absent;
        }
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most)
        {
            return number;
        }
        errors.Add(ServerErrors.InvalidSetting.With(name, text, $"a whole number from {least} to {most}"));
        return absent;
    }

    private static T ReadEnum<T>(IConfiguration configuration, string name, T absent, List<GemelError> errors)
        where T : struct, Enum
    {
        if (configuration[name] is not { } text)
        {
            return absent;
        }
        if (Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value))
        {
            return value;
        }
        errors.Add(ServerErrors.InvalidSetting.With(name, text, string.Join(" or ", Enum.GetNames<T>().Select(n => $"'{n.ToLowerInvariant()}'"))));
        return absent;
    }

    private static bool ReadBoolean(IConfiguration configuration, string name, bool absent, List<GemelError> errors)
    {
        if (configuration[name] is not { } text)
        {
            return absent;
        }
        if (bool.TryParse(text, out bool value))
        {
            return value;
        }
        errors.Add(ServerErrors.InvalidSetting.With(name, text, "'true' or 'false'"));
        return absent;
    }
}
