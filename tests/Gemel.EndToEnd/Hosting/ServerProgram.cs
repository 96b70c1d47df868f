namespace Gemel.EndToEnd.Hosting;

/// <summary>A <c>gemel</c> that can be run.</summary>
/// <param name="File">The program.</param>
/// <param name="FirstArguments">Those that make it <c>gemel</c>.</param>
/// <param name="Environment">Set for it, beside what each run says.</param>
internal sealed record ServerProgram(string File, IReadOnlyList<string> FirstArguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The .NET command line that runs these tests.</summary>
    public static string Dotnet { get; } = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>That of the same build as these tests.</summary>
    public static ServerProgram Built { get; } = new(Dotnet, [Places.ServerAssembly], new Dictionary<string, string>());

    public ProgramRun Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        ProgramRun.Start(File, [.. FirstArguments, .. arguments], new Dictionary<string, string>(Environment.Concat(environment ?? new Dictionary<string, string>())));
}
