using System.Reflection;

namespace Gemel.EndToEnd.Hosting;

/// <summary>Where the program, the samples and the recorded data are.</summary>
internal static class Places
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The built server of the same build as these tests.</summary>
    public static string ServerAssembly { get; } =
        typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerAssembly").Value!;

    public static string Samples => Path.Combine(Root, "samples");

    /// <summary>The folder of the recorded SKAB runs, or null where it is absent.</summary>
    public static string? Skab
    {
        get
        {
            string shared = Environment.GetEnvironmentVariable("GEMEL_SHARED") ?? Path.Combine(Root, "..", "shared");
            string skab = Path.GetFullPath(Path.Combine(shared, "data", "timeseries", "skab"));
            return Directory.Exists(skab) ? skab : null;
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gemel.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Gemel.slnx above {AppContext.BaseDirectory}.");
    }
}
