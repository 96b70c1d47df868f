using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gemel.Modeling.Tests.Values;

public sealed class ValueReaderTests
{
    private const string Valve = """{ "@type": "Enum", "valueSchema": "string", "enumValues": [ { "name": "open", "enumValue": "OPEN" }, { "name": "closed", "enumValue": "CLOSED" } ] }""";
    private const string Mode = """{ "@type": "Enum", "valueSchema": "integer", "enumValues": [ { "name": "auto", "enumValue": 10 }, { "name": "hand", "enumValue": -2 } ] }""";
    private const string Place = """{ "@type": "Object", "fields": [ { "name": "x", "schema": "double" }, { "name": "n", "schema": "integer" }, { "name": "since", "schema": "date" } ] }""";
    private const string Limits = """{ "@type": "Map", "mapKey": { "name": "k", "schema": "string" }, "mapValue": { "name": "v", "schema": "double" } }""";
    private const string Curve = """{ "@type": "Array", "elementSchema": { "@type": "Object", "fields": [ { "name": "q", "schema": "float" } ] } }""";

    [Theory]
    [InlineData("double", "5", "5")]
    [InlineData("double", "-0.0", "-0")]
    [InlineData("double", "1.7976931348623157e308", "1.7976931348623157E+308")]
    [InlineData("double", "0.1", "0.1")]
    [InlineData("float", "0.1", "0.1")]
    [InlineData("float", "16777217", "16777216")]
    [InlineData("integer", "-2147483648", "-2147483648")]
    [InlineData("integer", "5.0", "5")]
    [InlineData("integer", "2e3", "2000")]
    [InlineData("long", "9223372036854775807", "9223372036854775807")]
    [InlineData("long", "9223372036854775807.0", "9223372036854775807")]
    [InlineData("boolean", "true", "true")]
    [InlineData("string", "\"\"", "\"\"")]
    [InlineData("string", "\"gr\\u00fc\\u00dfe\"", "\"grüße\"")]
    [InlineData("date", "\"2024-02-29\"", "\"2024-02-29\"")]
    [InlineData("dateTime", "\"2026-11-23T17:56:06.1234567+01:00\"", "\"2026-11-23T17:56:06.1234567+01:00\"")]
    [InlineData("time", "\"23:59:60Z\"", "\"23:59:60Z\"")]
    [InlineData("duration", "\"P1Y2M3DT4H5M6.7S\"", "\"P1Y2M3DT4H5M6.7S\"")]
    [InlineData("duration", "\"P2W\"", "\"P2W\"")]
    public void A_value_that_fits_is_held_and_written_again(string schema, string json, string written)
    {
        DtdlSchema compiled = Sample.Schema($"\"{schema}\"");
        ReadBack read = ReadBack.Of(compiled, json);

        Assert.Null(read.Error);
        Assert.Equal(written, read.Written(compiled));
    }

    [Theory]
    [InlineData("double", "1e400", "GMM102")]
    [InlineData("double", "-1e400", "GMM102")]
    [InlineData("double", "\"5\"", "GMM101")]
    [InlineData("double", "null", "GMM101")]
    [InlineData("double", "true", "GMM101")]
    [InlineData("double", "[1,[2]]", "GMM101")]
    [InlineData("float", "3.5e38", "GMM102")]
    [InlineData("integer", "2147483648", "GMM102")]
    [InlineData("integer", "5.5", "GMM103")]
    [InlineData("long", "9223372036854775808", "GMM102")]
    [InlineData("long", "1e400", "GMM102")]
    [InlineData("boolean", "1", "GMM101")]
    [InlineData("boolean", "\"true\"", "GMM101")]
    [InlineData("string", "5", "GMM101")]
    [InlineData("string", "{\"a\":1}", "GMM101")]
    [InlineData("string", "\"\\ud800\"", "GMM108")]
    [InlineData("date", "\"2023-02-29\"", "GMM104")]
    [InlineData("date", "\"2023-2-9\"", "GMM104")]
    [InlineData("dateTime", "\"2026-11-23T17:56:06\"", "GMM104")]
    [InlineData("dateTime", "\"2026-11-23\"", "GMM104")]
    [InlineData("dateTime", "\"2026-11-23T25:00:00Z\"", "GMM104")]
    [InlineData("time", "\"17:56\"", "GMM104")]
    [InlineData("duration", "\"P\"", "GMM104")]
    [InlineData("duration", "\"P1DT\"", "GMM104")]
    [InlineData("duration", "\"P1.5DT1H\"", "GMM104")]
    [InlineData("duration", "\"1H\"", "GMM104")]
    [InlineData("date", "\"\\udc00\"", "GMM108")]
    public void A_value_that_does_not_fit_says_why(string schema, string json, string code)
    {
        Assert.Equal(code, ReadBack.Of(Sample.Schema($"\"{schema}\""), json).Error?.Code.Code);
    }

    [Theory]
    [InlineData(Valve, "\"CLOSED\"", 1)]
    [InlineData(Valve, "\"\\u004fPEN\"", 0)]
    [InlineData(Mode, "10", 0)]
    [InlineData(Mode, "-2.0", 1)]
    public void An_enum_is_held_as_the_ordinal_of_its_value(string schema, string json, long ordinal)
    {
        ReadBack read = ReadBack.Of(Sample.Schema(schema), json);

        Assert.Equal((ValueKind.Enum, ordinal), (read.Kind, read.Bits));
    }

    [Theory]
    [InlineData(Valve, "\"AJAR\"", "GMM105", null)]
    [InlineData(Valve, "\"open\"", "GMM105", null)]
    [InlineData(Valve, "1", "GMM101", null)]
    [InlineData(Mode, "11", "GMM105", null)]
    [InlineData(Mode, "\"10\"", "GMM101", null)]
    [InlineData(Place, "{\"x\":1,\"z\":2}", "GMM106", null)]
    [InlineData(Place, "{\"x\":1,\"x\":2}", "GMM107", null)]
    [InlineData(Place, "{\"x\":1,\"n\":1.5}", "GMM103", "n")]
    [InlineData(Place, "[]", "GMM101", null)]
    [InlineData(Limits, "{\"a\":1,\"b\":\"2\"}", "GMM101", "b")]
    [InlineData(Limits, "{\"a\":1,\"a\":2}", "GMM107", null)]
    [InlineData(Limits, "{\"a\":null}", "GMM101", "a")]
    [InlineData(Limits, "{\"\\ud800\":1}", "GMM108", null)]
    [InlineData(Curve, "[{\"q\":1},{\"q\":true}]", "GMM101", "1.q")]
    [InlineData(Curve, "[[]]", "GMM101", "0")]
    [InlineData("\"point\"", "{\"type\":\"Point\"}", "GMM109", null)]
    [InlineData("\"point\"", "{\"type\":\"Polygon\",\"coordinates\":[1,2]}", "GMM109", null)]
    [InlineData("\"point\"", "{\"type\":\"Point\",\"coordinates\":[1]}", "GMM109", null)]
    [InlineData("\"point\"", "{\"type\":\"Point\",\"coordinates\":[[1,2]]}", "GMM109", null)]
    [InlineData("\"lineString\"", "{\"type\":\"LineString\",\"coordinates\":[[1,2]]}", "GMM109", null)]
    public void A_composed_value_that_does_not_fit_says_why_and_where(string schema, string json, string code, string? target)
    {
        GemelError? error = ReadBack.Of(Sample.Schema(schema), json).Error;

        Assert.Equal((code, target), (error?.Code.Code, error?.Target));
    }

    [Theory]
    [InlineData(Place, "{ \"n\" : 5.0 , \"x\" : 1.50 }", "{\"n\":5.0,\"x\":1.50}")]
    [InlineData(Place, "{}", "{}")]
    [InlineData(Limits, "{ \"\\u00e4\\\"\": 1e3 }", "{\"ä\\\"\":1e3}")]
    [InlineData(Curve, "[ {\"q\":1}, { } ]", "[{\"q\":1},{}]")]
    [InlineData("\"polygon\"", "{\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]],\"type\":\"Polygon\"}", "{\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]],\"type\":\"Polygon\"}")]
    public void A_composed_value_is_held_as_compact_json_with_its_digits(string schema, string json, string held)
    {
        DtdlSchema compiled = Sample.Schema(schema);
        ReadBack read = ReadBack.Of(compiled, json);

        Assert.Equal((ValueKind.Json, held), (read.Kind, read.Text));
        Assert.Equal(held, read.Written(compiled));
    }

    [Fact]
    public void A_text_is_held_without_escapes()
    {
        Assert.Equal("grüße 😀\n", ReadBack.Of(Sample.Schema("\"string\""), "\"gr\\u00fc\\u00dfe \\ud83d\\ude00\\n\"").Text);
    }

    [Fact]
    public void A_float_is_written_with_the_digits_of_a_float()
    {
        DtdlSchema schema = Sample.Schema("\"float\"");
        ReadBack read = ReadBack.Of(schema, "21.3");

        Assert.Equal(21.3f, read.Number);
        Assert.Equal("21.3", read.Written(schema));
    }

    [Theory]
    [InlineData("\"double\"", 1.5, true)]
    [InlineData("\"double\"", double.NaN, false)]
    [InlineData("\"double\"", double.PositiveInfinity, false)]
    [InlineData("\"float\"", 1e39, false)]
    [InlineData("\"integer\"", 5.0, true)]
    [InlineData("\"integer\"", 5.5, false)]
    [InlineData("\"integer\"", 3e9, false)]
    [InlineData("\"long\"", 9.3e18, false)]
    [InlineData("\"long\"", -9223372036854775808d, true)]
    [InlineData("\"boolean\"", 1, true)]
    [InlineData("\"boolean\"", 2, false)]
    [InlineData("\"string\"", 1, false)]
    [InlineData(Mode, -2, true)]
    [InlineData(Mode, 0, false)]
    [InlineData(Valve, 0, false)]
    public void A_number_from_elsewhere_is_taken_where_the_schema_can_hold_it(string schema, double value, bool taken)
    {
        Assert.Equal(taken, ValueReader.TryFromDouble(Sample.Schema(schema), value, out _, out _));
    }

    [Fact]
    public void Primitive_values_allocate_nothing()
    {
        DtdlSchema number = Sample.Schema("\"double\"");
        DtdlSchema choice = Sample.Schema(Valve);
        DtdlSchema text = Sample.Schema("\"string\"");
        DtdlSchema moment = Sample.Schema("\"dateTime\"");
        byte[] json = "[21.5, \"CLOSED\", \"a text\", \"2026-11-23T17:56:06Z\"]"u8.ToArray();
        ArrayBufferWriter<byte> buffer = new(4096);
        ReadAll();

        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void ReadAll()
        {
            Utf8JsonReader reader = new(json);
            bool all = reader.Read() && reader.Read() && ValueReader.TryRead(ref reader, number, buffer, out _, out _, out _)
                && reader.Read() && ValueReader.TryRead(ref reader, choice, buffer, out _, out _, out _)
                && reader.Read() && ValueReader.TryRead(ref reader, text, buffer, out _, out _, out _)
                && reader.Read() && ValueReader.TryRead(ref reader, moment, buffer, out _, out _, out _);
            Assert.True(all);
        }
    }

    [Fact]
    public void A_value_split_over_segments_reads_the_same()
    {
        byte[] json = "{\"x\":1.25,\"since\":\"2026-11-23\"}"u8.ToArray();
        DtdlSchema schema = Sample.Schema(Place);
        for (int cut = 1; cut < json.Length; cut++)
        {
            Segment first = new(json.AsMemory(0, cut), 0);
            ReadOnlySequence<byte> split = new(first, 0, first.Append(json.AsMemory(cut)), json.Length - cut);
            Utf8JsonReader reader = new(split);
            ArrayBufferWriter<byte> text = new();
            Assert.True(reader.Read() && ValueReader.TryRead(ref reader, schema, text, out _, out _, out _));
            Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(text.WrittenSpan));
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
