using System.Diagnostics;
using DuckDB.NET.Data;

namespace Gemel.History.Bench;

/// <summary>The same rows appended to a DuckDB table in memory, then sorted and written by COPY.</summary>
internal static class DuckDbBaseline
{
    public static void Run(string folder, int rows)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Execute(connection, "SET threads = 1");
        Execute(connection, "CREATE TABLE hot (series INTEGER, time TIMESTAMP, server_time TIMESTAMP, commit BIGINT, kind UTINYINT, value DOUBLE, quality UTINYINT, flags UTINYINT)");
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        using (DuckDBAppender appender = connection.CreateAppender("hot"))
        {
            DateTime start = Workload.Start.Utc;
            for (int row = 0; row < rows; row++)
            {
                int series = row % (Workload.Twins * Workload.Paths.Length);
                DateTime time = start.AddSeconds(row / (Workload.Twins * Workload.Paths.Length)).AddMilliseconds(series % 1_000);
                appender.CreateRow().AppendValue(series).AppendValue(time).AppendValue(time).AppendValue((long)row / 2_000).AppendValue((byte)4)
                    .AppendValue(Math.Round(50 + Random.Shared.NextDouble(), 3)).AppendValue((byte)0).AppendValue((byte)0).EndRow();
            }
        }
        Report("DuckDB appender", rows, clock, cpu);
        cpu = Process.GetCurrentProcess().TotalProcessorTime;
        clock.Restart();
        string file = Path.Combine(folder, "duckdb.parquet");
        Execute(connection, $"COPY (SELECT * FROM hot ORDER BY series, time) TO '{file}' (FORMAT parquet, COMPRESSION zstd)");
        Report("DuckDB COPY, ordered", rows, clock, cpu);
        Console.WriteLine($"  {new FileInfo(file).Length / (double)rows:F2} bytes a row (eight columns, no names)");
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Report(string what, int rows, Stopwatch clock, TimeSpan cpu)
    {
        TimeSpan used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine($"{what}: {rows / clock.Elapsed.TotalSeconds / 1e6:F2} million rows/s; {used.TotalMicroseconds / rows:F3} us of CPU a row");
    }
}
