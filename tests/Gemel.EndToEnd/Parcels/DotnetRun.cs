using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Parcels;

/// <summary>The .NET command line, run to its end.</summary>
internal static class DotnetRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Of the source tree; the one that ships.</summary>
    public static string ServerProject { get; } = Path.Combine(Places.Root, "src", "Gemel.Server");

    /// <returns>What it wrote to standard output.</returns>
    public static Task<string> SucceedAsync(params string[] arguments) => SucceedAsync(home: null, arguments);

    /// <inheritdoc cref="SucceedAsync(string[])"/>
    /// <param name="home">The user's folder, with settings and caches; null for that of whoever runs the tests.</param>
    public static async Task<string> SucceedAsync(string? home, string[] arguments)
    {
        // A build server that stays would hold on to these tests' output.
        Dictionary<string, string> environment = new()
        {
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
        };
        if (home is not null)
        {
            (environment["HOME"], environment["DOTNET_CLI_HOME"], environment["NUGET_PACKAGES"]) = (home, home, Path.Combine(home, "packages"));
        }
        await using ProgramRun run = ProgramRun.Start(ServerProgram.Dotnet, arguments, environment);
        int code = await run.ExitCodeAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}: {run.Output} {run.Errors}");
        return run.Output;
    }
}
