using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Gemel.Modeling.Tests.Ontologies;

public sealed class RealModelsTests
{
    private static readonly Timestamp Noon = Timestamp.FromUnixMilliseconds(1_700_000_000_000);

    [Theory]
    [InlineData("plug-and-play/dtmi", 415)]
    [InlineData("smartcities", 63)]
    public void All_published_models_of_a_set_load_in_one_upload(string set, int expected)
    {
        string folder = SharedData.Folder("dtdl-ontologies", set);
        string[] files = Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories);
        ModelDocument[] documents = [.. files.Select(f => new ModelDocument(Path.GetRelativePath(folder, f), File.ReadAllBytes(f)))];

        Outcome<ModelSetChange> outcome = ModelSet.Empty.Add(documents, Noon);

        Assert.True(outcome.IsSuccess, string.Join('\n', outcome.Errors.Take(40)));
        Assert.Equal(expected, outcome.Value.Models.Count);
    }

    [Fact]
    public void The_io_link_catalogue_loads()
    {
        string file = Path.Combine(SharedData.Folder("dtdl-ontologies", "plug-and-play"), "cloudrail-iolink.ndjson.gz");
        using StreamReader lines = new(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        List<ModelDocument> documents = [];
        while (lines.ReadLine() is { } line)
        {
            using JsonDocument parsed = JsonDocument.Parse(line);
            documents.Add(new ModelDocument(parsed.RootElement.GetProperty("path").GetString(), Encoding.UTF8.GetBytes(parsed.RootElement.GetProperty("model").GetRawText())));
        }

        Outcome<ModelSetChange> outcome = ModelSet.Empty.Add(documents, Noon);

        Assert.True(outcome.IsSuccess, string.Join('\n', outcome.Errors.Take(40)));
        Assert.Equal(3747, outcome.Value.Added.Length);
        Assert.Equal(25_802, outcome.Value.Models.Models.Sum(m => m.Schema.Columns.Count(c => c.Role == ColumnRole.Telemetry)));
    }
}
