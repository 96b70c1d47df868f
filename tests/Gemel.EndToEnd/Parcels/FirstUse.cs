using System.Net;
using System.Xml.Linq;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Parcels;

/// <summary>What somebody does first with a Gemel that was just put on a machine.</summary>
internal static class FirstUse
{
    private const int HotRows = 1_000;

    /// <summary>The one place that says it.</summary>
    public static string Version { get; } = XDocument.Load(Path.Combine(Places.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Asks for the version, serves a twin from a folder of its own, and stops; every native library is needed on the way.</summary>
    public static async Task SucceedsAsync(ServerProgram program)
    {
        await using (ProgramRun version = program.Run(["--version"]))
        {
            Assert.Equal(0, await version.ExitCodeAsync(TestContext.Current.CancellationToken));
            // What follows is the commit that it was built from.
            Assert.Equal(Version, version.Output.Trim().Split('+')[0]);
        }
        await using ServerProcess server = await ServerProcess.StartAsync(program, null, ("History__HotRows", $"{HotRows}"));
        await server.Admin.AddModelsAsync(TestModels.All);
        await server.Admin.AddPumpAsync("P1");
        (await server.Admin.PostAsync("api/v1/devices/P1/data", Payload())).Expect(HttpStatusCode.OK);
        Assert.Equal(7.25, (await server.Admin.GetAsync("digitaltwins/P1")).Expect(HttpStatusCode.OK).Json.GetProperty("flow").GetDouble());
        (await server.Admin.GetAsync("docs/")).Expect(HttpStatusCode.OK);
        Assert.Equal(0, await server.StopAsync());
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(server.Data, "history", "samples"), "*.parquet", SearchOption.AllDirectories));
    }

    // More than history keeps in memory, so that it writes a file.
    private static string Payload()
    {
        DateTimeOffset start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        return $"[{string.Join(',', Enumerable.Range(0, 3 * HotRows).Select(i => $$"""{"$time":"{{start.AddSeconds(i):O}}","flow":7.25}"""))}]";
    }

    /// <summary>Starts the demo, whose plant is made of the samples beside the program, until it says where it is.</summary>
    public static async Task ShowsTheDemoAsync(ServerProgram program)
    {
        await using ProgramRun demo = program.Run(["demo"]);
        Assert.Contains("the pumping station runs at speed 1", await demo.NextLineAsync());
        demo.RequestStop();
        Assert.Equal(0, await demo.ExitCodeAsync(TestContext.Current.CancellationToken));
    }
}
