using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Gemel.Bench.Fleet;
using Gemel.Bench.Processes;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Gemel.Modeling;
using Gemel.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.Bench.Filling;

/// <summary>Fills a data folder through an instance without doors, in a process of its own: this program, told so.</summary>
internal sealed class Filler(FillOrder order)
{
    public const string Command = "fill";

    private const int WritesAtOnce = 256;
    private const int MessagesPerWave = 1000;
    private const double NumberBytes = 24;

    private static readonly Actor Actor = new("key:admin", "bench");
    private static readonly Identity Administrator = new("key:admin", Role.Administrator, Device: null);

    private long _twins;
    private double _dataBytes;

    public static async Task<FillResult> RunAsync(FillOrder order, CancellationToken cancellationToken)
    {
        await using ChildProcess process = ChildProcess.StartAssembly(
            Assembly.GetExecutingAssembly().Location, [Command, JsonSerializer.Serialize(order)], new Dictionary<string, string>());
        return JsonSerializer.Deserialize<FillResult>(await process.ReadLineAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>What runs in the filler's process.</summary>
    public static async Task ObeyAsync(string orderJson, CancellationToken cancellationToken)
    {
        Filler filler = new(JsonSerializer.Deserialize<FillOrder>(orderJson)!);
        await filler.FillAsync(cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new FillResult(filler._twins, (long)filler._dataBytes))).ConfigureAwait(false);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        using DataFolder folder = DataFolder.Open(DiskFiles.Instance, order.Folder, Timestamp.From(TimeProvider.System.GetUtcNow()), "bench");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.AddGemelInstance(folder, AccessKeys.Open(folder.Root), Options());
        using IHost host = builder.Build();
        await host.StartAsync(cancellationToken).ConfigureAwait(false);
        await host.Services.GetRequiredService<InstanceStart>().Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        IInstance instance = host.Services.GetRequiredService<IInstance>();
        await FillAsync(instance, cancellationToken).ConfigureAwait(false);
        if (!order.KeepsTail)
        {
            await SettleAsync(instance, cancellationToken).ConfigureAwait(false);
        }
        await host.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    // What shall not stay in the journal's tail goes into a checkpoint and into files of history at once.
    private InstanceOptions Options() => order.KeepsTail
        ? new InstanceOptions { CheckpointBytes = long.MaxValue, CheckpointInterval = TimeSpan.FromDays(1), History = new HistoryOptions { HotRows = 100_000_000, HotAge = TimeSpan.FromDays(1) } }
        : new InstanceOptions { CheckpointInterval = TimeSpan.FromSeconds(5), History = new HistoryOptions { HotAge = TimeSpan.FromSeconds(2) } };

    private async Task FillAsync(IInstance instance, CancellationToken cancellationToken)
    {
        if (order.ModelsFile is { } models)
        {
            await FillModelsAsync(instance, models, cancellationToken).ConfigureAwait(false);
            return;
        }
        if (order.CreatesTwins)
        {
            await AddModelsAsync(instance, order.Fleet.Model, cancellationToken).ConfigureAwait(false);
            await CreateAsync(instance, Enumerable.Range(0, order.Fleet.Twins).Select(twin => (LargeFleet.Id(twin), order.Fleet.ModelId)), cancellationToken).ConfigureAwait(false);
        }
        string time = Now();
        await SendAsync(instance, Enumerable.Range(0, order.Messages).Select(message =>
            (LargeFleet.Id(message % order.Fleet.Twins), order.Fleet.Payload(message % order.Fleet.Twins, message / order.Fleet.Twins, time))), cancellationToken).ConfigureAwait(false);
        _dataBytes += Math.Min(order.Messages, order.Fleet.Twins) * order.Fleet.Numbers * NumberBytes;
    }

    private async Task FillModelsAsync(IInstance instance, string file, CancellationToken cancellationToken)
    {
        List<string> documents = [];
        List<(string Id, string Model, TwinSchema Schema)> twins = [];
        using (StreamReader lines = new(new GZipStream(File.OpenRead(file), CompressionMode.Decompress)))
        {
            while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                using JsonDocument entry = JsonDocument.Parse(line);
                documents.Add(entry.RootElement.GetProperty("model").GetRawText());
            }
        }
        await AddModelsAsync(instance, $"[{string.Join(',', documents)}]", cancellationToken).ConfigureAwait(false);
        _dataBytes += documents.Sum(Encoding.UTF8.GetByteCount);
        foreach (ModelEntry model in instance.Catalog.Models.Models)
        {
            for (int twin = 0; twin < order.TwinsPerModel; twin++)
            {
                twins.Add((LargeFleet.Id(twins.Count), model.Id.Value, model.Schema));
            }
        }
        await CreateAsync(instance, twins.Select(twin => (twin.Id, twin.Model)), cancellationToken).ConfigureAwait(false);
        string time = Now();
        await SendAsync(instance, twins.Select(twin => (twin.Id, NumbersOf(twin.Schema, time))), cancellationToken).ConfigureAwait(false);
    }

    // Every column that a plain number or a Boolean fits.
    private string NumbersOf(TwinSchema schema, string time)
    {
        StringBuilder json = new($"{{\"$time\":\"{time}\"");
        foreach (Column column in schema.Columns.Where(column => !column.Path.Contains('.', StringComparison.Ordinal)))
        {
            string? value = column.Kind switch
            {
                ValueKind.Boolean => "true",
                ValueKind.Integer or ValueKind.Single or ValueKind.Double => "1",
                _ => null,
            };
            if (value is not null)
            {
                json.Append(",\"").Append(column.Path).Append("\":").Append(value);
                _dataBytes += NumberBytes;
            }
        }
        return json.Append('}').ToString();
    }

    private static async Task AddModelsAsync(IInstance instance, string json, CancellationToken cancellationToken)
    {
        Outcome<ImmutableArray<ModelEntry>> added = await instance.Models.AddAsync([new ModelDocument(null, Encoding.UTF8.GetBytes(json))], Actor, cancellationToken).ConfigureAwait(false);
        if (!added.IsSuccess)
        {
            throw new BenchException(added.Errors[0].ToString());
        }
    }

    private async Task CreateAsync(IInstance instance, IEnumerable<(string Id, string Model)> twins, CancellationToken cancellationToken)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(twins, parallel, async (twin, cancelled) =>
        {
            byte[] json = Encoding.UTF8.GetBytes($$"""{"$metadata":{"$model":"{{twin.Model}}"} }""");
            Outcome<WriteReceipt> written = await instance.Twins.PutAsync(TwinId.Create(twin.Id), json, WriteCondition.None, Actor, cancelled).ConfigureAwait(false);
            if (!written.IsSuccess)
            {
                throw new BenchException(written.Errors[0].ToString());
            }
            Interlocked.Increment(ref _twins);
        }).ConfigureAwait(false);
        _dataBytes += (double)LargeFleet.Id(0).Length * _twins;
    }

    private static async Task SendAsync(IInstance instance, IEnumerable<(string Twin, string Json)> messages, CancellationToken cancellationToken)
    {
        using IIngestSession session = instance.Ingest.Open(Administrator, "bench");
        Task<WaveReceipt> last = Task.FromResult(new WaveReceipt(0, []));
        foreach ((string twin, string json) in messages)
        {
            if (session.Add(new DataMessage { Twin = twin, Topic = twin, Payload = Encoding.UTF8.GetBytes(json) }) != MessageDisposition.Taken)
            {
                throw new BenchException($"The instance did not take a message for {twin}: {json}");
            }
            if (session.Pending == MessagesPerWave)
            {
                last = await session.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        await last.ConfigureAwait(false);
        await (await session.FlushAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task SettleAsync(IInstance instance, CancellationToken cancellationToken)
    {
        // The age at which rows are sealed is looked at every half second; a little longer, and the table is written.
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (instance.Status.Followers.Any(follower => follower.LagCommits > 0))
        {
            await look.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
