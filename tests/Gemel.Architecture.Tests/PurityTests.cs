namespace Gemel.Architecture.Tests;

/// <summary>The pure projects know nothing of Orleans, ASP.NET Core, files, sockets or the clock.</summary>
public sealed class PurityTests
{
    private static readonly string[] PureProjects =
        ["Gemel.Abstractions", "Gemel.Modeling", "Gemel.Graph", "Gemel.Query", "Gemel.Ingest", "Gemel.Behaviors"];

    private static readonly string[] ForeignAssemblies =
    [
        "Orleans", "Microsoft.Orleans", "Microsoft.AspNetCore", "Microsoft.Extensions.Hosting", "MQTTnet", "DuckDB", "ParquetSharp", "Npgsql",
        "System.Net.Sockets", "System.Net.Http", "System.IO.FileSystem", "System.IO.Pipes",
    ];

    private static readonly string[] WorldlyTypes =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.RandomAccess",
        "System.Net.Http.HttpClient", "System.Threading.Thread", "System.Threading.Timer", "System.Threading.PeriodicTimer", "System.Diagnostics.Process",
        "System.Environment", "System.Diagnostics.Stopwatch", "System.TimeProvider",
    ];

    // Parts of System.Environment that ask nothing of the world.
    private static readonly string[] HarmlessMembers = ["System.Environment.get_NewLine", "System.Environment.get_CurrentManagedThreadId"];

    private static readonly string[] Clocks =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.TimeProvider.get_System",
    ];

    public static TheoryData<string> Pure => [.. Repository.Sources.Select(p => p.Name).Intersect(PureProjects)];

    [Theory]
    [MemberData(nameof(Pure))]
    public void A_pure_project_references_nothing_worldly(string project)
    {
        AssemblyUse use = Use(project);
        Assert.DoesNotContain(use.Assemblies, name => ForeignAssemblies.Any(foreign => name == foreign || name.StartsWith($"{foreign}.", StringComparison.Ordinal)));
        Assert.DoesNotContain(use.Types, type => type.StartsWith("System.Net.Sockets.", StringComparison.Ordinal));
        Assert.DoesNotContain(use.Types, type => WorldlyTypes.Contains(type) && !IsHarmless(use, type));
        Assert.Empty(use.Members.Intersect(Clocks));
    }

    [Theory]
    [MemberData(nameof(Pure))]
    public void A_pure_project_takes_no_package_of_a_host_or_protocol(string project)
    {
        IEnumerable<string> packages = Repository.Sources.Single(p => p.Name == project).Packages;
        Assert.DoesNotContain(packages, name => ForeignAssemblies.Any(foreign => name.StartsWith(foreign, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_reader_sees_what_a_worldly_assembly_uses()
    {
        AssemblyUse use = AssemblyUse.Read(typeof(PurityTests).Assembly.Location);
        Assert.Contains("System.IO.File", use.Types);
        Assert.Contains("System.IO.File.ReadAllText", use.Members);
    }

    [Fact]
    public void At_least_the_core_is_checked() =>
        Assert.Subset(Pure.Select(row => row.Data).ToHashSet(), new HashSet<string> { "Gemel.Abstractions", "Gemel.Modeling", "Gemel.Graph" });

    private static bool IsHarmless(AssemblyUse use, string type)
    {
        string[] used = [.. use.Members.Where(member => member.StartsWith($"{type}.", StringComparison.Ordinal))];
        return used.Length > 0 && used.All(HarmlessMembers.Contains);
    }

    private static AssemblyUse Use(string project) => AssemblyUse.Read(Repository.Sources.Single(p => p.Name == project).AssemblyPath);
}
