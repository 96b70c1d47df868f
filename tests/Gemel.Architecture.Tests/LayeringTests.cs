using System.Xml.Linq;

namespace Gemel.Architecture.Tests;

/// <summary>Dependencies point inward.</summary>
public sealed class LayeringTests
{
    /// <summary>From the inside out. A project may use those of lines before its own, none of its own line.</summary>
    private static readonly string[][] Layers =
    [
        ["Gemel.Abstractions"],
        ["Gemel.Modeling"],
        ["Gemel.Graph"],
        ["Gemel.Query", "Gemel.Ingest"],
        ["Gemel.Journal", "Gemel.Behaviors", "Gemel.Security"],
        ["Gemel.History"],
        ["Gemel.Cluster"],
        ["Gemel.Mqtt", "Gemel.Http"],
        ["Gemel.Server"],
    ];

    // Orleans has one home, and each protocol its own.
    private static readonly Dictionary<string, string[]> Homes = new()
    {
        ["Microsoft.Orleans"] = ["Gemel.Cluster"],
        ["MQTTnet"] = ["Gemel.Mqtt", "Gemel.Server"],
        ["DuckDB"] = ["Gemel.History"],
        ["ParquetSharp"] = ["Gemel.History"],
        ["Spectre.Console"] = ["Gemel.Server"],
        ["System.CommandLine"] = ["Gemel.Server"],
    };

    public static TheoryData<string> Projects => [.. Repository.Sources.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_projects_further_in(string name)
    {
        int layer = LayerOf(name);
        Assert.True(layer >= 0, $"{name} is not in the list of layers; put it where it belongs in {nameof(LayeringTests)}.");
        Assert.All(Find(name).References, reference =>
            Assert.True(LayerOf(reference) < layer, $"{name} references {reference}, which is not further in."));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_heavy_package_is_used_only_in_its_home(string name)
    {
        foreach (string package in Find(name).Packages)
        {
            string? family = Homes.Keys.FirstOrDefault(key => package.StartsWith(key, StringComparison.Ordinal));
            Assert.True(family is null || Homes[family].Contains(name), $"{name} takes {package}, whose home is {string.Join(", ", Homes.GetValueOrDefault(family ?? "") ?? [])}.");
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string[] listed = [.. XElement.Parse(Repository.Read("Gemel.slnx")).Descendants("Project").Select(p => p.Attribute("Path")!.Value)];
        IEnumerable<string> present = new[] { "src", "tests", "bench" }.SelectMany(Repository.ProjectFiles);
        Assert.Equal(present.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_source_project_has_tests()
    {
        // Abstractions are tested through everything else, and the solution's own tests check the rest.
        string[] tested = [.. Repository.ProjectFiles("tests").Select(path => Path.GetFileNameWithoutExtension(path))];
        Assert.Empty(Repository.Sources.Select(p => $"{p.Name}.Tests").Except(tested).Except(["Gemel.Abstractions.Tests"]));
    }

    private static Project Find(string name) => Repository.Sources.Single(p => p.Name == name);

    private static int LayerOf(string name) => Array.FindIndex(Layers, layer => layer.Contains(name));
}
