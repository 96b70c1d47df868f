using System.Xml.Linq;

namespace Gemel.Architecture.Tests;

/// <summary>The source tree around the compiled tests.</summary>
internal static class Repository
{
    private static readonly string[] GeneratedFolders = ["bin", "obj", "node_modules", "dist", "artifacts", ".git"];

    public static string Root { get; } = FindRoot();

    /// <summary>The product's projects, by name.</summary>
    public static IReadOnlyList<Project> Sources { get; } = [.. ProjectFiles("src").Select(Project.Load)];

    /// <summary>Paths, relative to the root and with '/', of all project files below a folder.</summary>
    public static IEnumerable<string> ProjectFiles(string folder) => Files(folder, "*.csproj");

    /// <summary>Paths, relative to the root and with '/', of files that people wrote.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        string start = Path.Combine(Root, folder);
        return !Directory.Exists(start) ? [] : Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Intersect(GeneratedFolders).Any())
            .Order(StringComparer.Ordinal);
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

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

/// <param name="Name">Without extension: <c>Gemel.Graph</c>.</param>
/// <param name="AssemblyPath">The compiled assembly beside the tests.</param>
/// <param name="References">Names of the projects that it references itself.</param>
/// <param name="Packages">Names of the packages and frameworks that it references itself.</param>
internal sealed record Project(string Name, string AssemblyPath, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    public static Project Load(string path)
    {
        XElement xml = XElement.Parse(Repository.Read(path));
        string name = Path.GetFileNameWithoutExtension(path);
        string assembly = xml.Descendants("AssemblyName").FirstOrDefault()?.Value ?? name;
        return new Project(
            name,
            Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"),
            [.. Included(xml, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))],
            [.. Included(xml, "PackageReference"), .. Included(xml, "FrameworkReference")]);
    }

    public override string ToString() => Name;

    private static IEnumerable<string> Included(XElement xml, string element) =>
        xml.Descendants(element).Select(e => e.Attribute("Include")?.Value).OfType<string>();
}
