using System.Globalization;
using System.Net;
using System.Text;
using DuckDB.NET.Data;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Contract;

/// <summary>The files of history, read by another program while the server runs.</summary>
public sealed class ParquetTests
{
    private const int Rows = 3_000;

    private static readonly TimeSpan SealPatience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Another_program_reads_the_same_numbers_while_the_server_runs_and_all_of_them_after_it_stopped()
    {
        using TemporaryFolder folder = new();
        await using ServerProcess server = await ServerProcess.StartAsync(folder.Combine("data"), ("History__HotRows", "1000"), ("History__HotAge", "1s"));
        await server.Admin.AddModelsAsync(TestModels.All);
        await server.Admin.AddPumpAsync("pump");
        string samples = Path.Combine(server.Data, "history", "samples");
        using FileSystemWatcher files = new(samples, "*.parquet") { IncludeSubdirectories = true };
        TaskCompletionSource sealedOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);
        files.Created += (_, _) => sealedOnce.TrySetResult();
        files.Renamed += (_, _) => sealedOnce.TrySetResult();
        files.EnableRaisingEvents = true;

        (await server.Admin.PostAsync("api/v1/devices/pump/data", Payload())).Expect(HttpStatusCode.OK);
        await sealedOnce.Task.WaitAsync(SealPatience, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.False(server.HasExited);
        List<(string Time, double Value)> found = Read(samples);
        Assert.NotEmpty(found);
        Assert.Subset(Enumerable.Range(0, Rows).Select(Row).ToHashSet(), found.ToHashSet());

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(Enumerable.Range(0, Rows).Select(Row), Read(samples));
    }

    private static string Payload()
    {
        StringBuilder json = new("[");
        for (int i = 0; i < Rows; i++)
        {
            (string time, double value) = Row(i);
            json.Append(i > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $$"""{"$time":"{{time}}","flow":{{value:R}}}""");
        }
        return json.Append(']').ToString();
    }

    private static (string Time, double Value) Row(int i) =>
        (new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture), Math.Sqrt(i) / 3);

    /// <summary>The example query of the format's page.</summary>
    private static List<(string Time, double Value)> Read(string samples)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"""
            SET TimeZone = 'UTC';
            SELECT strftime(time::TIMESTAMP, '%Y-%m-%dT%H:%M:%S') || '.0000000Z', value
            FROM read_parquet('{samples}/*/*.parquet', hive_partitioning = true)
            WHERE twin = 'pump' AND path = 'flow'
            QUALIFY row_number() OVER (PARTITION BY twin, path, time ORDER BY commit DESC) = 1
            ORDER BY time
            """;
        using System.Data.Common.DbDataReader reader = command.ExecuteReader();
        List<(string, double)> rows = [];
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.GetDouble(1)));
        }
        return rows;
    }
}
