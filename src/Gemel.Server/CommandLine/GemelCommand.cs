using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Gemel.Server.CommandLine;

/// <summary>The command <c>gemel</c>.</summary>
internal static class GemelCommand
{
    // A signal ends a command in order; only what takes longer than a server is promised to is cut off.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    public static RootCommand Create() => new("Gemel: digital twins that stay in step with their devices.")
    {
        ServeCommand.Create(),
        DemoCommand.Create(),
        ReplayCommand.Create(),
        ModelsCommand.Create(),
        QueryCommand.Create(),
        ImportCommand.Create(),
        ExportCommand.Create(),
        DeviceCommand.Create(),
        KeyCommand.Create(),
        StatusCommand.Create(),
        BackupCommand.Create(),
        RestoreCommand.Create(),
        VerifyCommand.Create(),
    };

    /// <summary>Parses and runs.</summary>
    /// <returns>The exit code: 0 ok, 1 failed, 2 usage or configuration.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return Misused(parsed, error);
        }
        InvocationConfiguration invocation = new() { Output = output, Error = error, ProcessTerminationTimeout = StopTimeout };
        return await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
    }

    private static int Misused(ParseResult parsed, TextWriter error)
    {
        foreach (ParseError problem in parsed.Errors)
        {
            error.WriteLine($"gemel: {problem.Message}");
        }
        IEnumerable<string> names = parsed.CommandResult.Command.Parents.Any() ? NamesOf(parsed.CommandResult) : [];
        error.WriteLine($"'{string.Join(' ', ["gemel", .. names, "--help"])}' tells how it is used.");
        return Exit.Usage;
    }

    // Without the program's own name, which depends on how it was started.
    private static IEnumerable<string> NamesOf(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. NamesOf(parent), result.Command.Name] : [];
}
