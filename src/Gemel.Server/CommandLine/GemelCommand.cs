using System.CommandLine;

namespace Gemel.Server.CommandLine;

/// <summary>The command <c>gemel</c>.</summary>
internal static class GemelCommand
{
    public static RootCommand Create() => new("Gemel: digital twins that stay in step with their devices.")
    {
        ServeCommand.Create(),
    };
}
