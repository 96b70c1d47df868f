using System.Text;
using Gemel.Ingest;
using Gemel.Server.Replay;

namespace Gemel.Server.Tests.Replay;

public sealed class RowPlanTests
{
    private const string Skab = """
        mapping: m
        version: 1
        twin: "{device}"
        source: { format: csv, delimiter: ";" }
        time: { tag: datetime, format: "yyyy-MM-dd HH:mm:ss" }
        rules:
          - { tag: Current, path: current }
          - { tag: Motor, path: motor.temperature, unit: kelvin }
          - { tag: State, twin: V1, path: state, values: { 0: closed, 1: open } }
        """;

    [Fact]
    public void A_row_becomes_one_message_for_each_twin_with_the_digits_of_the_file()
    {
        Assert.Equal(
            [
                """twins/bed%201/data {"$time":"2020-02-08T13:30:47.0000000Z","current":2.1697500,"motor":{"temperature":{"$value":3e2,"$unit":"kelvin"}}}""",
                """twins/V1/data {"$time":"2020-02-08T13:30:47.0000000Z","state":"open"}""",
            ],
            Messages(Skab, "datetime;Current;Motor;State\n2020-02-08 13:30:47;2.1697500;3e2;1.0\n", "bed 1"));
    }

    [Theory]
    [InlineData("+5", "5")]
    [InlineData(" 007.50 ", "7.50")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1E+3", "1E+3")]
    [InlineData("12345678901234567890.123456789", "12345678901234567890.123456789")]
    [InlineData("true", "true")]
    [InlineData("12 m", "\"12 m\"")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("1e999", "\"1e999\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData("say \"\"x\"\"", "\"say \\u0022x\\u0022\"")]
    public void A_cell_is_a_number_a_boolean_or_text(string cell, string json)
    {
        string field = cell.Contains('"', StringComparison.Ordinal) ? $"\"{cell}\"" : cell;
        Assert.Equal([$$"""twins/t/data {"p":{{json}}}"""], Messages("mapping: m\nversion: 1\nrules:\n  - { tag: a, twin: t, path: p }", $"a\n{field}\n"));
    }

    [Theory]
    [InlineData("scale: 0.25, offset: -1", "12", "2")]
    [InlineData("scale: 0.1", "3", "0.30000000000000004")]
    [InlineData("type: text", "12", "\"12\"")]
    [InlineData("noValue: [\"-\"]", "-", "null")]
    [InlineData("values: { \"*\": other, on: true }", "on", "true")]
    [InlineData("values: { \"*\": other, on: true }", "off", "\"other\"")]
    public void A_rule_converts_as_the_reference_says(string members, string cell, string json) =>
        Assert.Equal([$$"""twins/t/data {"p":{{json}}}"""], Messages($"mapping: m\nversion: 1\nrules:\n  - {{ tag: a, twin: t, path: p, {members} }}", $"a\n{cell}\n"));

    [Theory]
    [InlineData("scale: 2", "abc")]
    [InlineData("scale: 1e308", "1e308")]
    [InlineData("type: number", "")]
    [InlineData("type: boolean", "yes")]
    [InlineData("values: { 0: a }", "1")]
    public void A_cell_that_cannot_be_read_is_left_out_and_said(string members, string cell)
    {
        var problems = new List<GemelError>();
        RowPlan plan = PlanOf($"mapping: m\nversion: 1\nrules:\n  - {{ tag: a, twin: t, path: p, {members} }}\n  - {{ tag: b, twin: t, path: q }}", "a,b\n", out _);
        ReplayRow row = plan.Read(new CsvRow(2, [cell, "1"]), problems)!;
        Assert.Equal("q", Assert.Single(row.Values).Column.Path[0]);
        Assert.Equal(cell.Length == 0 ? [] : ["GMX024"], problems.Select(p => p.Code.Code));
    }

    [Fact]
    public void Rows_of_another_length_or_without_time_are_left_out_and_said_with_their_line()
    {
        RowPlan plan = PlanOf(Skab, "datetime;Current;Motor;State\n", out _);
        var problems = new List<GemelError>();
        Assert.Null(plan.Read(new CsvRow(7, ["2020-02-08 13:30:47", "1"]), problems));
        Assert.Null(plan.Read(new CsvRow(8, ["8 Feb", "1", "1", "1"]), problems));
        Assert.Equal(["GMX023@7", "GMX023@8"], problems.Select(p => $"{p.Code.Code}@{p.Position!.Value.Line}"));
    }

    [Fact]
    public void A_deadband_compares_with_the_last_value_taken_and_max_interval_breaks_its_silence()
    {
        const string mapping = """
            mapping: m
            version: 1
            time: { tag: t, format: unixSeconds }
            rules:
              - { tag: a, twin: x, path: p, deadband: 1, maxInterval: PT10S }
            """;
        string[] taken = Messages(mapping, "t,a\n0,5\n1,5.6\n2,6\n3,6.1\n4,6.2\n13,6.2\n12,6.3\n");
        Assert.Equal(["5", "6.1", "6.2", "6.3"], taken.Select(m => m[(m.LastIndexOf(':') + 1)..^1]));
    }

    [Fact]
    public void Unmapped_columns_and_a_missing_time_are_errors_that_name_the_columns()
    {
        Mapping mapping = MappingReader.Read(Skab, "m").Value;
        Outcome<RowPlan> plan = RowPlan.Create(mapping, ["Datum", "Current"], "f.csv", "d");
        Assert.Equal(["GMX021", "GMX022"], plan.Errors.Select(e => e.Code.Code));
        Assert.Contains("'Datum', 'Current'", plan.Errors[0].Message);
    }

    [Fact]
    public void Quoted_fields_hold_delimiters_quotes_and_line_ends()
    {
        const string mapping = "mapping: m\nversion: 1\nsource: { format: csv, comment: '#', skip: 1 }\nrules:\n  - { tag: \"a,b\", twin: t, path: p }";
        Assert.Equal(
            ["""twins/t/data {"p":"x,\u0022y\u0022\nz"}""", """twins/t/data {"p":2}"""],
            Messages(mapping, "exported by hand\n\"a,b\"\n\"x,\"\"y\"\"\nz\"\n# note\n2\n"));
    }

    [Theory]
    [InlineData("rfc3339", "UTC", "2026-03-01T01:00:00.25+01:00", "2026-03-01T00:00:00.2500000Z")]
    [InlineData("unixSeconds", "UTC", "1770000000.5", "2026-02-02T02:40:00.5000000Z")]
    [InlineData("unixMilliseconds", "UTC", "1770000000001", "2026-02-02T02:40:00.0010000Z")]
    [InlineData("unixMicroseconds", "UTC", "1770000000000001", "2026-02-02T02:40:00.0000010Z")]
    [InlineData("unixNanoseconds", "UTC", "1770000000000000100", "2026-02-02T02:40:00.0000001Z")]
    [InlineData("dd.MM.yyyy HH:mm", "UTC", "02.02.2026 03:40", "2026-02-02T03:40:00.0000000Z")]
    [InlineData("yyyy-MM-dd HH:mm zzz", "UTC", "2026-02-02 03:40 +01:00", "2026-02-02T02:40:00.0000000Z")]
    public void Times_are_read_in_every_format(string format, string zone, string text, string expected)
    {
        var column = new TimeTag("t", format, TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.True(column.TryRead(text, out Timestamp time));
        Assert.Equal(expected, time.ToString());
    }

    [Fact]
    public void The_hour_that_comes_twice_is_read_as_its_first_pass_and_the_one_that_is_skipped_not_at_all()
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out TimeZoneInfo? berlin), "no time zone data on this machine");
        var column = new TimeTag("t", "yyyy-MM-dd HH:mm", berlin);
        Assert.True(column.TryRead("2025-10-26 02:30", out Timestamp twice));
        Assert.Equal("2025-10-26T00:30:00.0000000Z", twice.ToString());
        Assert.False(column.TryRead("2025-03-30 02:30", out _));
    }

    private static RowPlan PlanOf(string mapping, string csv, out CsvSource source, string device = "d")
    {
        Mapping read = MappingReader.Read(mapping, "m").Value;
        source = CsvSource.Read(new MemoryStream(Encoding.UTF8.GetBytes(csv)), read.Csv);
        return RowPlan.Create(read, source.Columns, "f.csv", device).Value;
    }

    private static string[] Messages(string mapping, string csv, string device = "d")
    {
        RowPlan plan = PlanOf(mapping, csv, out CsvSource source, device);
        var problems = new List<GemelError>();
        string[] messages =
        [
            .. source.Rows()
                .Select(row => plan.Read(row, problems)!)
                .SelectMany(row => RowEncoder.Encode(row, row.Time))
                .Select(m => $"{m.Topic} {Encoding.UTF8.GetString(m.Payload.Span)}"),
        ];
        Assert.Empty(problems);
        return messages;
    }
}
