using System.Diagnostics;
using Gemel.Mqtt.Tests.Hosting;

namespace Gemel.Mqtt.Tests;

/// <summary>The clients that everybody has.</summary>
public sealed class MosquittoTests
{
    [Theory]
    [InlineData("mqttv311", 0)]
    [InlineData("mqttv311", 1)]
    [InlineData("mqttv311", 2)]
    [InlineData("mqttv5", 0)]
    [InlineData("mqttv5", 1)]
    [InlineData("mqttv5", 2)]
    public async Task What_mosquitto_pub_sends_is_taken(string version, int qos)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        (int exit, string output) = await RunAsync(
            "mosquitto_pub", door, "-V", version, "-q", $"{qos}", "-u", "P1", "-P", "P1-secret", "-t", "twins/P1/data", "-m", "{\"a\":1}");
        Assert.True(exit == 0, output);
        Assert.Equal("{\"a\":1}", (await door.Instance.Ingest.NextAsync()).Text);
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Mosquitto_sub_gets_the_state_at_once(string version)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.States.Twins["P1"] = "{\"v\":1}";
        (int exit, string output) = await RunAsync(
            "mosquitto_sub", door, "-V", version, "-u", "P1", "-P", "P1-secret", "-t", "twins/+/state", "-C", "1", "-F", "%t %r %p");
        Assert.True(exit == 0, output);
        Assert.Equal("twins/P1/state 1 {\"v\":1}", output.Trim());
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task A_wrong_password_is_reported_by_mosquitto(string version)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        (int exit, string output) = await RunAsync("mosquitto_pub", door, "-V", version, "-u", "P1", "-P", "wrong", "-t", "twins/P1/data", "-m", "1");
        Assert.NotEqual(0, exit);
        Assert.Contains("onnection", output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output)> RunAsync(string program, Door door, params string[] arguments)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed.");
        ProcessStartInfo start = new(path!, ["-h", "127.0.0.1", "-p", $"{door.Port}", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
