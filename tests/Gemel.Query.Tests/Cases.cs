using System.Text.Json.Nodes;

namespace Gemel.Query.Tests;

/// <summary>The rows in <c>tests/cases/query</c>.</summary>
internal static class Cases
{
    public static JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root(), "tests", "cases", "query", name)))!.AsObject();

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Gemel.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new DirectoryNotFoundException("Gemel.slnx was not found above the test assembly.");
    }
}
