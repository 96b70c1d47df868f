using System.Text;
using DuckDB.NET.Data;

namespace Gemel.History.Tests;

/// <summary>The files hold every value exactly and are read by any tool while the store is open.</summary>
public sealed class FileFormatTests
{
    private static readonly Row[] EveryKind =
    [
        Row.Number(0, double.MaxValue),
        Row.Number(1, double.Epsilon),
        Row.Number(2, -0.0),
        Row.Number(3, 0.1 + 0.2),
        Row.Integer(4, long.MaxValue),
        Row.Integer(5, long.MinValue),
        Row.Integer(6, 9_007_199_254_740_993),
        new(At(7), ValueKind.Boolean, 1),
        new(At(8), ValueKind.Boolean, 0),
        new(At(9), ValueKind.Single, BitConverter.DoubleToInt64Bits(0.1f)),
        new(At(10), ValueKind.Enum, 3, "open"),
        Row.String(11, ""),
        Row.String(12, "Pumpe ‚Süd‘ 🛢 \"quoted\"\n"),
        new(At(13), ValueKind.Json, 0, """{"a":[1,2.50,null]}"""),
        new(At(14), ValueKind.None, 0) { Quality = Quality.Bad, Reason = QualityNames.NoValue },
        Row.Number(15, 5) with { Quality = Quality.Uncertain, Reason = QualityNames.Clock, Flags = SampleFlags.ClockRefused, Claimed = At(9e8) },
        Row.Number(16, 6) with { Reason = new string('x', 400), Flags = SampleFlags.Late | SampleFlags.Backfill },
    ];

    [Fact]
    public async Task Every_kind_of_value_comes_back_exactly_from_memory_files_and_merged_files()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 2, RowGroupRows = 5 });
        await test.CommitAsync(1, [.. EveryKind.Take(9)]);
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.CommitAsync(2, [.. EveryKind.Skip(9)]);
        AssertEveryKind(test);
        await test.Store.SealAsync(TestStore.Cancellation);
        AssertEveryKind(test);
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Equal(1, test.Store.Figures.SampleFiles);
        AssertEveryKind(test);
        await test.ReopenAsync();
        AssertEveryKind(test);
    }

    [Fact]
    public async Task DuckDB_reads_the_files_while_the_store_is_open()
    {
        await using var test = new TestStore();
        await test.CommitAsync(41, [.. EveryKind.Select(row => row with { Unit = "bar", Path = "pump.pressure" })]);
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.CommitAsync(42, Row.Number(1, 1));

        List<object?[]> rows = Query(test, "SELECT twin, path, unit, epoch_ns(time), kind, value, integer, text, quality, reason, flags, epoch_ns(server_time), epoch_ns(claimed_time), commit, key, month FROM samples ORDER BY time");

        Assert.Equal(EveryKind.Length, rows.Count);
        foreach ((Row wanted, object?[] found) in EveryKind.Zip(rows))
        {
            Assert.Equal(["pump-1", "pump.pressure", "bar", wanted.Time.UnixNanoseconds], found[..4]);
            Assert.Equal(KindName(wanted.Kind), found[4]);
            Assert.Equal(Number(wanted), found[5]);
            Assert.Equal(wanted.Kind is ValueKind.Integer or ValueKind.Boolean or ValueKind.Enum ? wanted.Bits : null, found[6]);
            Assert.Equal(wanted.Text, found[7]);
            Assert.Equal([wanted.Quality.Name(), wanted.Reason, (int)wanted.Flags, TestStore.Start.UnixNanoseconds], found[8..12]);
            Assert.Equal(wanted.Claimed.IsNone ? null : wanted.Claimed.UnixNanoseconds, found[12]);
            Assert.Equal([41L, Row.DefaultTwin.Value, "2026-11"], found[13..]);
        }
    }

    [Fact]
    public async Task DuckDB_computes_the_same_numbers_as_the_store()
    {
        await using var test = new TestStore(new HistoryOptions { HotRows = 500, RowGroupRows = 100, CompactionFanIn = 2 });
        for (int commit = 1; commit <= 40; commit++)
        {
            await test.CommitAsync(commit, [.. Enumerable.Range(0, 50).Select(i => Row.Number((commit * 50) + i, Math.Sin((commit * 50) + i)))]);
        }
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.Store.CompactAsync(TestStore.Cancellation);

        IReadOnlyList<HistoryBucket> buckets = test.Buckets(TimeSpan.FromMinutes(1));
        List<object?[]> rows = Query(test, "SELECT epoch_ns(time_bucket(INTERVAL 1 MINUTE, time::TIMESTAMP)) b, count(*), min(value), max(value), sum(value) FROM samples GROUP BY b ORDER BY b");

        Assert.Equal(rows.Select(row => row[..4]), buckets.Select(bucket => new object?[] { bucket.Start.UnixNanoseconds, bucket.Count, bucket.Min, bucket.Max }));
        Assert.All(rows.Zip(buckets), pair => Assert.Equal((double)pair.First[4]!, pair.Second.Sum!.Value, 1e-9));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("1999-12-31T23:59:59.9999999Z")]
    [InlineData("2000-02-29T12:00:00.0000001Z")]
    [InlineData("2099-12-31T23:59:59.9999999Z")]
    [InlineData("2261-01-01T00:00:00Z")]
    public async Task Times_come_back_to_the_last_100_nanoseconds(string text)
    {
        Assert.True(Timestamp.TryParse(text, out Timestamp time));
        await using var test = new TestStore();
        await test.CommitAsync(1, Row.Number(0, 1) with { Time = time });
        await test.Store.SealAsync(TestStore.Cancellation);
        Assert.Equal(time, Assert.Single(test.Read()).Time);
        Assert.Single(test.Read(change: request => request with { From = time, To = time.Add(TimeSpan.FromTicks(1)) }));
        Assert.Empty(test.Read(change: request => request with { To = time }));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task A_number_that_is_not_finite_is_refused_and_its_commit_stays_open(double value)
    {
        await using var test = new TestStore();
        Assert.True(test.Store.BeginCommit(1));
        Assert.Throws<ArgumentException>(() => test.Append([Row.Number(0, value)]));
        test.Append([Row.Number(0, 1)]);
        await test.Store.EndCommitAsync(TestStore.Cancellation);
        Assert.Single(test.Read());
    }

    private static Timestamp At(double seconds) => TestStore.Start.Add(TimeSpan.FromSeconds(seconds));

    private static string KindName(ValueKind kind) => kind switch
    {
        ValueKind.None => "none",
        ValueKind.Boolean => "boolean",
        ValueKind.Integer => "integer",
        ValueKind.Single => "float",
        ValueKind.Double => "double",
        ValueKind.Enum => "enum",
        ValueKind.Text => "string",
        _ => "json",
    };

    private static double? Number(Row row) => row.Kind switch
    {
        ValueKind.Integer or ValueKind.Boolean => row.Bits,
        ValueKind.Single or ValueKind.Double => HistoryModel.Number(row),
        _ => null,
    };

    private static void AssertEveryKind(TestStore test)
    {
        IReadOnlyList<HistoryPoint> points = test.Read();
        Assert.Equal(EveryKind.Select(row => (row.Time, row.Kind, row.Bits, row.Text ?? "", row.Quality, row.Reason, row.Flags, row.Claimed)),
            points.Select(point => (point.Time, point.Value.Kind, point.Value.Bits, Encoding.UTF8.GetString(point.Value.Text.Span), point.Quality, point.Reason, point.Flags, point.ClaimedTime)));
        Assert.All(points, point => Assert.Equal(TestStore.Start, point.ServerTime));
    }

    private static List<object?[]> Query(TestStore test, string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SET TimeZone = 'UTC'; CREATE VIEW samples AS FROM read_parquet('{test.Folder}/samples/*/*.parquet', hive_types = {{'month': VARCHAR}})";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }
        return rows;
    }
}
