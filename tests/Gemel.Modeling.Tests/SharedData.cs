namespace Gemel.Modeling.Tests;

/// <summary>Finds the data that lies beside the repository; tests that need it are skipped where it is absent.</summary>
internal static class SharedData
{
    public static string Folder(params string[] parts)
    {
        string root = Environment.GetEnvironmentVariable("GEMEL_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        string folder = Path.GetFullPath(Path.Combine([root, "data", .. parts]));
        Assert.SkipUnless(Directory.Exists(folder), $"The data folder {folder} is absent.");
        return folder;
    }

    public static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Gemel.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new DirectoryNotFoundException("Gemel.slnx was not found above the test assembly.");
    }
}
