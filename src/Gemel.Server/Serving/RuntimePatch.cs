using System.Reflection;
using Microsoft.AspNetCore.Builder;

namespace Gemel.Server.Serving;

/// <summary>Whether .NET is patched as far as this server asks for: a server that installs nothing else is only as safe as what it runs on.</summary>
internal static class RuntimePatch
{
    /// <summary>CVE-2026-70188, -70183 and -88092 of ASP.NET Core are fixed in it (2026-10-13).</summary>
    public static readonly Version KnownGood = new(10, 0, 13);

    /// <summary>Of ASP.NET Core, which is patched beside the runtime and may be another.</summary>
    public static Version AspNetCore { get; } = VersionOf(typeof(WebApplication).Assembly);

    /// <returns>The parts that are older, with their versions; null where none is.</returns>
    public static string? Behind(Version runtime, Version aspNetCore)
    {
        string[] behind = [.. new[] { ("the .NET runtime", runtime), ("ASP.NET Core", aspNetCore) }
            .Where(part => part.Item2 < KnownGood).Select(part => $"{part.Item1} {part.Item2}")];
        return behind.Length == 0 ? null : string.Join(" and ", behind);
    }

    // As "10.0.13+<commit>" or "10.0.13-rtm…"; the assembly's own version says 10.0.0 in every patch.
    private static Version VersionOf(Assembly assembly)
    {
        string text = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return Version.TryParse(text.Split('+', '-')[0], out Version? version) ? version : new Version(0, 0);
    }
}
