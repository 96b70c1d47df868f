using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Gemel.Server.Clients;
using Gemel.Server.Replay;
using Gemel.Server.Serving;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel replay</c>.</summary>
internal static class ReplayCommand
{
    private const string MqttVariable = "GEMEL_MQTT";
    private const string MaxSpeed = "max";
    private const string OriginalTimes = "original";
    private const string TimesOfSending = "now";
    private const string Administrator = "admin";

    private static readonly Argument<string> FileArgument = new("FILE") { Description = "The recorded CSV file." };
    private static readonly Option<string> Map = new("--map") { Description = "Mapping of its columns to twins and paths, YAML or JSON.", HelpName = "FILE", Required = true };

    private static readonly Option<string> Speed = new("--speed")
    {
        Description = $"Times as fast as recorded, or '{MaxSpeed}' for as fast as the server takes it.",
        HelpName = $"N|{MaxSpeed}",
        DefaultValueFactory = _ => "1",
    };

    private static readonly Option<string> Times = new Option<string>("--time")
    {
        Description = "Times that the values carry: the file's, or those of sending.",
        DefaultValueFactory = _ => OriginalTimes,
    }.AcceptOnlyFromAmong(OriginalTimes, TimesOfSending);

    private static readonly Option<bool> Loop = new("--loop") { Description = "Begin anew at the end, until stopped. [default: no]" };

    private static readonly Option<int> InFlight = new("--in-flight")
    {
        Description = "Most messages that wait for their acknowledgement.",
        HelpName = "N",
        DefaultValueFactory = _ => ReplayOptions.DefaultInFlight,
    };

    private static readonly Option<string?> Device = new("--device") { Description = "Device to send as, and what {device} in the mapping stands for. [default: the administrator]", HelpName = "ID" };
    private static readonly Option<string?> Secret = new("--secret") { Description = "The device's secret. [default: send as the administrator, by the key]", HelpName = "TEXT" };
    private static readonly Option<string?> Mqtt = new("--mqtt") { Description = $"Where the server's MQTT is; with TLS where it begins with mqtts://. [default: {MqttVariable}, or {ServeOptions.DefaultMqtt}]", HelpName = "[mqtts://]HOST:PORT" };

    private const string SecureScheme = "mqtts://";

    public static Command Create()
    {
        Command command = new("replay", "Publishes a recorded file over MQTT as a device would: QoS 1, in order, again what was not acknowledged.")
        {
            FileArgument, Map, Speed, Times, Loop, InFlight, Device, Secret, Mqtt, ClientOptions.Url, ClientOptions.KeyFile, ClientOptions.Data, ClientOptions.Ca,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Secret) is not null && result.GetValue(Device) is null)
            {
                result.AddError("--secret goes with --device.");
            }
        });
        command.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            () => RunAsync(arguments, cancellationToken), arguments.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        (string host, int port, bool isSecure) = ServerOf(arguments);
        ReplayOptions options = new(
            SpeedOf(arguments),
            arguments.GetValue(Times) == TimesOfSending ? ReplayTimes.Now : ReplayTimes.Original,
            arguments.GetValue(Loop),
            InFlightOf(arguments));
        string? device = arguments.GetValue(Device);
        DeviceAccount account = device is not null && arguments.GetValue(Secret) is { } secret
            ? new DeviceAccount(host, port, device, secret)
            : new DeviceAccount(host, port, Administrator, ClientOptions.TargetOf(arguments).Key) { ClientId = $"replay-{Environment.ProcessId}" };
        account = account with { IsSecure = isSecure, Trust = isSecure ? TrustOf(arguments, host) : null };
        ReplayRequest request = new(arguments.GetRequiredValue(FileArgument), arguments.GetRequiredValue(Map), account, device, options);
        await ProbeAsync(host, port, cancellationToken).ConfigureAwait(false);
        return await new ReplayRun(request, Terminal.Of(arguments), TimeProvider.System).ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }

    // A device waits for its server; a person who mistyped the address wants to hear of it.
    private static async Task ProbeAsync(string host, int port, CancellationToken cancellationToken)
    {
        using TcpClient probe = new();
        try
        {
            await probe.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException refused)
        {
            throw new GemelException(ServerErrors.MqttUnreachable.With($"{host}:{port}", refused.Message), refused);
        }
    }

    private static double SpeedOf(ParseResult arguments)
    {
        string text = arguments.GetRequiredValue(Speed);
        if (text == MaxSpeed)
        {
            return double.PositiveInfinity;
        }
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double speed) && speed > 0
            ? speed
            : throw new GemelException(ServerErrors.InvalidSetting.With("--speed", text, $"a number above 0, or '{MaxSpeed}'"));
    }

    private static int InFlightOf(ParseResult arguments)
    {
        int inFlight = arguments.GetValue(InFlight);
        return inFlight is >= 1 and <= ushort.MaxValue
            ? inFlight
            : throw new GemelException(ServerErrors.InvalidSetting.With("--in-flight", inFlight, $"a whole number from 1 to {ushort.MaxValue}"));
    }

    private static ServerTrust? TrustOf(ParseResult arguments, string host) => ServerTrust.Find(
        arguments.GetValue(ClientOptions.Ca), host,
        arguments.GetValue(ClientOptions.Data) ?? Environment.GetEnvironmentVariable(ServerTarget.DataVariable) ?? ServeOptions.DefaultData,
        Environment.GetEnvironmentVariable).Value;

    private static (string Host, int Port, bool IsSecure) ServerOf(ParseResult arguments)
    {
        string? given = arguments.GetValue(Mqtt);
        string text = given ?? Environment.GetEnvironmentVariable(MqttVariable) ?? ServeOptions.DefaultMqtt;
        bool isSecure = text.StartsWith(SecureScheme, StringComparison.OrdinalIgnoreCase);
        string address = isSecure ? text[SecureScheme.Length..] : text;
        int colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? (address[..colon].Trim('[', ']'), port, isSecure)
            : throw new GemelException(ServerErrors.InvalidSetting.With(given is null ? MqttVariable : "--mqtt", text, $"a host and a port such as '{ServeOptions.DefaultMqtt}'"));
    }
}
