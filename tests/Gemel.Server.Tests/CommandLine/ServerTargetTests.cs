using Gemel.Server.CommandLine;

namespace Gemel.Server.Tests.CommandLine;

public sealed class ServerTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_options_the_default_server_is_asked_with_the_key_of_the_data_folder()
    {
        _folder.Write("admin.key", "the-key\n");
        _environment["GEMEL_DATA"] = _folder.Path;
        Assert.Equal(new ServerTarget(new Uri("http://127.0.0.1:8080/"), "the-key"), Find().Value);
    }

    [Fact]
    public void An_option_goes_before_its_variable()
    {
        _environment["GEMEL_URL"] = "http://localhost:1";
        _environment["GEMEL_KEY"] = "from-environment";
        Assert.Equal(new ServerTarget(new Uri("http://localhost:1/"), "from-environment"), Find().Value);
        Assert.Equal(
            new ServerTarget(new Uri("https://plant.example/gemel/"), "from-file"),
            Find(url: "https://plant.example/gemel", keyFile: _folder.Write("key", " from-file\n")).Value);
    }

    [Fact]
    public void The_key_of_a_data_folder_is_never_shown_to_another_machine()
    {
        _folder.Write("admin.key", "the-key\n");
        GemelError error = Assert.Single(Find(url: "http://192.0.2.1:8080", data: _folder.Path).Errors);
        Assert.Equal(ServerErrors.KeyMissing, error.Code);
    }

    [Fact]
    public void A_key_file_that_cannot_be_read_or_holds_no_key_is_said()
    {
        Assert.Equal(ServerErrors.FileUnreadable, Assert.Single(Find(keyFile: _folder["absent"]).Errors).Code);
        Assert.Equal(
            $"--key-file is '{_folder["two"]}'; it must be a file that holds a key and nothing else.",
            Assert.Single(Find(keyFile: _folder.Write("two", "one two")).Errors).Message);
    }

    private Outcome<ServerTarget> Find(string? url = null, string? keyFile = null, string? data = null) =>
        ServerTarget.Find(url, keyFile, data, name => _environment.GetValueOrDefault(name));
}
