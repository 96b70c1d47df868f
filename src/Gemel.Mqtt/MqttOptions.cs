using Microsoft.Extensions.Options;

namespace Gemel.Mqtt;

/// <summary>Limits of the device door; configuration section <c>Mqtt</c>.</summary>
public sealed class MqttOptions
{
    /// <summary>Largest packet in bytes, fixed header included; checked before anything is buffered. 1 KiB to 256 MiB.</summary>
    public int MaxPacketBytes { get; set; } = 1024 * 1024;

    /// <summary>Largest CONNECT in bytes, for nobody is known yet then. 256 to <see cref="MaxPacketBytes"/>.</summary>
    public int MaxConnectBytes { get; set; } = 64 * 1024;

    /// <summary>QoS 1 and 2 messages of one connection that may wait for their acknowledgement. 1,000 to 65,535.</summary>
    public int ReceiveMaximum { get; set; } = 4096;

    /// <summary>Open sockets, connected clients or not. 1 to 1,000,000.</summary>
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Open sockets of which nobody knows yet whose they are. 1 to 1,000,000.</summary>
    public int MaxHalfOpen { get; set; } = 15_000;

    /// <summary>Such sockets of one address. As many as may come at once through one router; less where each device has an address of its own.
    /// 1 to 1,000,000.</summary>
    public int MaxHalfOpenPerAddress { get; set; } = 12_000;

    /// <summary>How long a socket may stay silent before its CONNECT is complete. 1 s to 5 min.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Topic aliases a client may use (MQTT 5). 0 to 65,535.</summary>
    public int TopicAliasMaximum { get; set; } = 1024;

    /// <summary>Messages of one wave. 1 to 10,000.</summary>
    public int MaxWaveMessages { get; set; } = 256;

    /// <summary>Payload bytes after which a wave is sent. 1 KiB to 64 MiB.</summary>
    public int MaxWaveBytes { get; set; } = 256 * 1024;

    /// <summary>Waves of one connection that may wait for their commit. 1 to 10,000.</summary>
    public int MaxWavesInFlight { get; set; } = 64;

    /// <summary>Changes and rejections that wait for one subscriber; the oldest is dropped and counted. 10 to 1,000,000.</summary>
    public int MaxQueuedMessages { get; set; } = 10_000;

    /// <summary>QoS 1 and 2 messages sent to one subscriber and not yet acknowledged; its own receive maximum may be lower. 1 to 1,000.</summary>
    public int MaxUnacknowledgedSends { get; set; } = 256;

    /// <summary>How long a session outlives its connection at most. 0 to 30 d.</summary>
    public TimeSpan MaxSessionExpiry { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Sessions, connected or not, of one device. 1 to 100,000.</summary>
    public int MaxSessionsPerDevice { get; set; } = 100;

    /// <summary>Filters of one session. 1 to 1,000,000.</summary>
    public int MaxSubscriptionsPerSession { get; set; } = 20_000;
}

/// <summary>Fails the start with name, value and rule.</summary>
internal sealed class MqttOptionsValidator : IValidateOptions<MqttOptions>
{
    public ValidateOptionsResult Validate(string? name, MqttOptions options)
    {
        List<string> failures = [];
        Check(nameof(options.MaxPacketBytes), options.MaxPacketBytes, 1024, 256 * 1024 * 1024);
        Check(nameof(options.MaxConnectBytes), options.MaxConnectBytes, 256, options.MaxPacketBytes);
        Check(nameof(options.ReceiveMaximum), options.ReceiveMaximum, 1000, ushort.MaxValue);
        Check(nameof(options.MaxConnections), options.MaxConnections, 1, 1_000_000);
        Check(nameof(options.MaxHalfOpen), options.MaxHalfOpen, 1, 1_000_000);
        Check(nameof(options.MaxHalfOpenPerAddress), options.MaxHalfOpenPerAddress, 1, 1_000_000);
        Check(nameof(options.ConnectTimeout), options.ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(nameof(options.TopicAliasMaximum), options.TopicAliasMaximum, 0, ushort.MaxValue);
        Check(nameof(options.MaxWaveMessages), options.MaxWaveMessages, 1, 10_000);
        Check(nameof(options.MaxWaveBytes), options.MaxWaveBytes, 1024, 64 * 1024 * 1024);
        Check(nameof(options.MaxWavesInFlight), options.MaxWavesInFlight, 1, 10_000);
        Check(nameof(options.MaxQueuedMessages), options.MaxQueuedMessages, 10, 1_000_000);
        Check(nameof(options.MaxUnacknowledgedSends), options.MaxUnacknowledgedSends, 1, 1000);
        Check(nameof(options.MaxSessionExpiry), options.MaxSessionExpiry, TimeSpan.Zero, TimeSpan.FromDays(30));
        Check(nameof(options.MaxSessionsPerDevice), options.MaxSessionsPerDevice, 1, 100_000);
        Check(nameof(options.MaxSubscriptionsPerSession), options.MaxSubscriptionsPerSession, 1, 1_000_000);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check<T>(string option, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                failures.Add($"Mqtt:{option} is {value}; it must be between {least} and {most}.");
            }
        }
    }
}
