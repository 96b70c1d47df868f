using System.Net;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Guides;

/// <summary>Runs the blocks of a page in a folder of its own, with <c>gemel</c> as a command; what a block exports holds for those after it.</summary>
/// <param name="folder">Where the blocks run; also their home.</param>
/// <param name="replacements">Texts of the page that a test must not use: paths of the machine, ports that may be taken.</param>
internal sealed class GuideShell(string folder, IReadOnlyDictionary<string, string> replacements) : IAsyncDisposable
{
    private const string DefaultHttp = "8080";
    private const string DefaultMqtt = "1883";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private static readonly string Gemel = $"'{ServerProgram.Dotnet}' '{Places.ServerAssembly}'";

    private readonly Dictionary<string, string> _exported = [];
    private ProgramRun? _server;

    public async Task RunAsync(GuideStep step)
    {
        string text = replacements.Aggregate(step.Text, (all, one) => all.Replace(one.Key, one.Value, StringComparison.Ordinal));
        switch (step.Kind)
        {
            case GuideStepKind.Serve:
                await ServeAsync(text);
                break;
            case GuideStepKind.Stop:
                await StopAsync();
                break;
            default:
                await SucceedAsync(text);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task ServeAsync(string command)
    {
        await DisposeAsync();
        // The page leaves HTTP and MQTT where they are by default, which another server may have.
        string text = $"{command.TrimEnd()} --http http://127.0.0.1:{replacements[DefaultHttp]} --mqtt 127.0.0.1:0";
        Assert.DoesNotContain(DefaultMqtt, text, StringComparison.Ordinal);
        // In place of the shell, so that it gets the signal that stops it.
        _server = Start(text.Replace("gemel serve ", $"exec {Gemel} serve ", StringComparison.Ordinal));
        await _server.NextLineAsync();
        using HttpClient http = new();
        using PeriodicTimer timer = new(Look, TimeProvider.System);
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        Uri ready = new($"http://127.0.0.1:{replacements[DefaultHttp]}/health/ready");
        while ((await http.GetAsync(ready, patience.Token)).StatusCode != HttpStatusCode.OK)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task StopAsync()
    {
        _server!.RequestStop();
        Assert.Equal(0, await _server.ExitCodeAsync(TestContext.Current.CancellationToken));
    }

    private async Task SucceedAsync(string block)
    {
        await using ProgramRun run = Start($"set -euo pipefail\n{block}");
        int code = await run.ExitCodeAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System);
        Assert.True(code == 0, $"{block}\nended with {code}: {run.Output}{run.Errors}");
        foreach (string line in block.Split('\n').Where(line => line.StartsWith("export ", StringComparison.Ordinal)))
        {
            string[] variable = line["export ".Length..].Split('=', 2);
            _exported[variable[0]] = variable[1];
        }
    }

    private ProgramRun Start(string script)
    {
        Dictionary<string, string> environment = new(_exported) { ["HOME"] = folder };
        return ProgramRun.Start("bash", ["-c", $"cd '{folder}'\ngemel() {{ {Gemel} \"$@\"; }}\n{script}"], environment);
    }
}
