using Gemel.Server.CommandLine;

namespace Gemel.Server.Tests.CommandLine;

/// <summary>One run of <c>gemel</c> in this process.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    public static async Task<CommandRun> Of(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await GemelCommand.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Lines of standard error, without the hint at the help.</summary>
    public string[] ErrorLines => [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("--help", StringComparison.Ordinal))];
}
