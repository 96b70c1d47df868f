using System.CommandLine;
using System.Net;
using Gemel.Server.Demo;
using Gemel.Server.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel demo</c>: a server and a simulated plant beside it, in one process, speaking real MQTT and HTTP.</summary>
internal static class DemoCommand
{
    private const double DefaultSpeed = 1;
    private const double MostSpeed = 1_000;
    private const ulong DefaultSeed = 42;
    private const string FolderPrefix = "gemel-demo-";

    private static readonly IPEndPoint UsualHttp = IPEndPoint.Parse(new Uri(ServeOptions.DefaultHttp).Authority);
    private static readonly IPEndPoint UsualMqtt = IPEndPoint.Parse(ServeOptions.DefaultMqtt);

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Data folder; kept and gone on with next time. [default: a temporary one, removed at the end]",
        HelpName = "DIR",
    };

    private static readonly Option<double> Speed = new("--speed")
    {
        Description = $"Seconds of plant time in a second, up to {MostSpeed}.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultSpeed,
    };

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Of the plant's disturbances and of the sensors' noise: the same gives the same course.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultSeed,
    };

    private static readonly Option<string?> Url = new("--url")
    {
        Description = "Runs the plant on this server, which is running already, instead of serving one. Its key is in the key file, or in the data folder. [default: none]",
        HelpName = "URL",
    };

    private static readonly Option<string> Mqtt = new("--mqtt")
    {
        Description = "Where the MQTT of that server is.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => ServeOptions.DefaultMqtt,
    };

    public static Command Create()
    {
        Command command = new("demo", "Serves a pumping station with simulated devices and shows its twins live. Ctrl-C ends it.")
        {
            Data, Speed, Seed, Url, Mqtt, ClientOptions.KeyFile,
        };
        command.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            () => RunAsync(arguments, cancellationToken), arguments.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        double speed = arguments.GetValue(Speed);
        if (!(speed > 0 && speed <= MostSpeed))
        {
            throw new GemelException(ServerErrors.InvalidSetting.With("--speed", speed, $"above 0 and at most {MostSpeed}"));
        }
        if (arguments.GetValue(Url) is { } url)
        {
            return await VisitAsync(arguments, url, speed, cancellationToken).ConfigureAwait(false);
        }
        if (arguments.GetValue(Data) is { } data)
        {
            return await ServeAsync(arguments, data, speed, cancellationToken).ConfigureAwait(false);
        }
        DirectoryInfo folder = Directory.CreateTempSubdirectory(FolderPrefix);
        try
        {
            return await ServeAsync(arguments, folder.FullName, speed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> VisitAsync(ParseResult arguments, string url, double speed, CancellationToken cancellationToken)
    {
        ServerTarget target = ServerTarget.Find(url, arguments.GetValue(ClientOptions.KeyFile), arguments.GetValue(Data), NoEnvironment).Value;
        List<GemelError> errors = [];
        IPEndPoint mqtt = Listening.ReadHostAndPort(arguments.GetRequiredValue(Mqtt), "--mqtt", isInsecure: true, errors);
        if (errors.Count > 0)
        {
            throw new GemelException(errors[0]);
        }
        DemoOptions options = new(target.Url, mqtt.Address.ToString(), mqtt.Port, target.Key, speed, arguments.GetValue(Seed));
        await new DemoSession(options, Terminal.Of(arguments), TimeProvider.System).RunAsync(cancellationToken).ConfigureAwait(false);
        return Exit.Ok;

        static string? NoEnvironment(string variable) => null;
    }

    private static async Task<int> ServeAsync(ParseResult arguments, string data, double speed, CancellationToken cancellationToken)
    {
        GemelServer server = await StartAsync(data, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            await server.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            IPEndPoint mqtt = server.MqttAddress;
            DemoOptions options = new(server.HttpAddress, mqtt.Address.ToString(), mqtt.Port, server.Key.Value, speed, arguments.GetValue(Seed));
            await new DemoSession(options, Terminal.Of(arguments), TimeProvider.System).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        return Exit.Ok;
    }

    private static async Task<GemelServer> StartAsync(string data, CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(data, Listening.FreeOr(UsualHttp), Listening.FreeOr(UsualMqtt), cancellationToken).ConfigureAwait(false);
        }
        catch (GemelException taken) when (taken.Error.Code == ServerErrors.AddressTaken)
        {
            // Somebody was faster between the look and the start.
            return await StartAsync(data, AnyPort(UsualHttp), AnyPort(UsualMqtt), cancellationToken).ConfigureAwait(false);
        }

        static IPEndPoint AnyPort(IPEndPoint usual) => new(usual.Address, 0);
    }

    private static Task<GemelServer> StartAsync(string data, IPEndPoint http, IPEndPoint mqtt, CancellationToken cancellationToken)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings(data, http, mqtt)).Build();
        ServerLogging logging = ServerLogging.Default with { Least = LogLevel.Warning };
        return GemelServer.StartAsync(ServeOptions.Read(configuration).Value, configuration, logging, cancellationToken);
    }

    // The environment has no say: a demo beside a server must not touch its folder.
    private static IEnumerable<KeyValuePair<string, string?>> Settings(string data, IPEndPoint http, IPEndPoint mqtt)
    {
        yield return KeyValuePair.Create<string, string?>("Data", data);
        yield return KeyValuePair.Create<string, string?>("Http", $"http://{http}");
        yield return KeyValuePair.Create<string, string?>("Mqtt", $"{mqtt}");
    }
}
