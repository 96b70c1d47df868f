using System.Reflection;
using System.Text.Json;
using Gemel.Bench.Load;

namespace Gemel.Bench.Processes;

/// <summary>Runs a load in a process of its own: this program, told so.</summary>
internal static class Loader
{
    public const string Command = "load";

    public static async Task<LoadResult> RunAsync(LoadOrder order, CancellationToken cancellationToken)
    {
        await using ChildProcess process = ChildProcess.StartAssembly(
            Assembly.GetExecutingAssembly().Location, [Command, JsonSerializer.Serialize(order)], new Dictionary<string, string>());
        return JsonSerializer.Deserialize<LoadResult>(await process.ReadLineAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>What runs in the loader's process.</summary>
    public static async Task ObeyAsync(string orderJson, CancellationToken cancellationToken)
    {
        LoadResult result = await (JsonSerializer.Deserialize<LoadOrder>(orderJson) switch
        {
            PublishOrder publish => new PublishLoad(publish).RunAsync(cancellationToken),
            LatencyOrder latency => new LatencyLoad(latency).RunAsync(cancellationToken),
            GetOrder get => new GetLoad(get).RunAsync(cancellationToken),
            _ => throw new ArgumentException("The order names no load.", nameof(orderJson)),
        }).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result)).ConfigureAwait(false);
    }
}
