using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Clients;

/// <summary>Programs that users have: curl, mosquitto_pub, mosquitto_sub.</summary>
internal static class StockClient
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>Exit code, standard output, standard error.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        await using ProgramRun run = Start(program, arguments);
        int exitCode = await run.ExitCodeAsync(TestContext.Current.CancellationToken);
        return (exitCode, run.Output, run.Errors);
    }

    /// <summary>Starts it; the test is skipped where it is not installed.</summary>
    public static ProgramRun Start(string program, params string[] arguments) => ProgramRun.Start(Find(program), arguments);

    /// <summary>The arguments that every mosquitto client needs here.</summary>
    /// <param name="version"><c>mqttv311</c> or <c>mqttv5</c>.</param>
    public static string[] Mosquitto(ServerProcess server, string version, string user, string password, params string[] more) =>
        ["-h", server.Mqtt.Address.ToString(), "-p", $"{server.Mqtt.Port}", "-V", version, "-u", user, "-P", password, .. more];

    private static string Find(string program)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"'{program}' is not installed: apt-get install curl mosquitto-clients.");
        return path!;
    }
}
