using System.Text;
using Gemel.Modeling;
using Gemel.Server.CommandLine;

namespace Gemel.Server.Tests.CommandLine;

public sealed class ModelsCommandTests : IDisposable
{
    private const string Good = """
        {
          "@context": "dtmi:dtdl:context;3",
          "@id": "dtmi:test:Good;1",
          "@type": "Interface",
          "contents": []
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_takes_folders_with_those_below()
    {
        _folder.Write("a.json", Good);
        _folder.Write("below/b.json", $"[{Good.Replace("Good", "Other", StringComparison.Ordinal)}]");
        _folder.Write("below/readme.txt", "not a model");
        Assert.Equal(new CommandRun(0, "2 models in 2 files: no errors.\n", ""), await CommandRun.Of("models", "check", _folder.Path));
    }

    [Fact]
    public async Task Check_says_all_errors_of_all_files_with_their_places()
    {
        string type = _folder.Write("1.json", Good.Replace("\"Interface\"", "\"Interfaze\"", StringComparison.Ordinal));
        string schema = _folder.Write("2.json", Good.Replace("[]", """[{"@type":"Property","name":"x","schema":"dubble"}]""", StringComparison.Ordinal));
        string broken = _folder.Write("3.json", "{\n  \"@id\": }");
        CommandRun run = await CommandRun.Of("models", "check", _folder.Path);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Contains(run.ErrorLines, line => line.Contains($" at {type}:4:", StringComparison.Ordinal));
        Assert.Contains(run.ErrorLines, line => line.Contains($" at {schema}:5:", StringComparison.Ordinal));
        Assert.Contains(run.ErrorLines, line => line.Contains($" at {broken}:2:", StringComparison.Ordinal));
        Assert.All(run.ErrorLines, line => Assert.StartsWith("gemel: GMM", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_path_that_is_not_there_or_holds_no_model_is_exit_code_2()
    {
        CommandRun absent = await CommandRun.Of("models", "check", _folder["absent"], _folder["also-absent"]);
        Assert.Equal((2, 2), (absent.Code, absent.ErrorLines.Length));
        CommandRun empty = await CommandRun.Of("models", "check", _folder.Path);
        Assert.Equal(2, empty.Code);
        Assert.StartsWith("gemel: GMX036", Assert.Single(empty.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_an_upload_is_found_in_its_file_again()
    {
        ModelDocument[] documents =
        [
            new("first.json", Encoding.UTF8.GetBytes("\uFEFF{\n\"a\": 1\n}\n")),
            new("empty.json", Encoding.UTF8.GetBytes(" [ ]\n")),
            new("list.json", Encoding.UTF8.GetBytes("[{\"b\":2},\n {\"c\":3}]")),
            new("last.json", Encoding.UTF8.GetBytes("{\n\n\"here\":4}")),
        ];
        ModelUploadBody upload = ModelFiles.Join(documents).Value;
        string[] lines = Encoding.UTF8.GetString(upload.Json.Span).Split('\n');
        Assert.Equal(4, System.Text.Json.JsonDocument.Parse(upload.Json).RootElement.GetArrayLength());
        Assert.Equal("first.json:2:1", PlaceOf("\"a\""));
        Assert.Equal("list.json:1:3", PlaceOf("\"b\""));
        Assert.Equal("list.json:2:3", PlaceOf("\"c\""));
        Assert.Equal("last.json:3:1", PlaceOf("\"here\""));

        string PlaceOf(string text)
        {
            int line = Array.FindIndex(lines, l => l.Contains(text, StringComparison.Ordinal));
            GemelError error = ServerErrors.NothingToUpload.With("x").At(new TextPosition(null, line + 1, lines[line].IndexOf(text, StringComparison.Ordinal) + 1));
            return upload.InFile(error).Position!.Value.ToString();
        }
    }

    [Fact]
    public void A_document_that_is_not_JSON_is_not_sent()
    {
        GemelError error = Assert.Single(ModelFiles.Join([new("bad.json", Encoding.UTF8.GetBytes("{\n \"a\": }"))]).Errors);
        Assert.Equal(ServerErrors.MalformedDocument, error.Code);
        Assert.Equal("bad.json:2:7", error.Position.ToString());
    }
}
