namespace Gemel.Server.Tests;

/// <summary>Places beside the compiled tests.</summary>
internal static class RepositoryPaths
{
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of recorded data, or null where it is absent.</summary>
    public static string? Shared
    {
        get
        {
            string path = Environment.GetEnvironmentVariable("GEMEL_SHARED") ?? Path.Combine(Root, "..", "shared");
            return Directory.Exists(path) ? path : null;
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
