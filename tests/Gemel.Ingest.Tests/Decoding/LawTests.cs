using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace Gemel.Ingest.Tests.Decoding;

public sealed class LawTests
{
    private static readonly Gen<string> Names = OneOf(
        "temperature", "pressure", "count", "total", "ratio", "running", "note", "since", "state", "mode", "curve", "vibration", "motor", "speed",
        "$time", "$twin", "$atomic", "$value", "$unit", "$quality", "$reason", "A.T", "B.T", "stamp", "größe", "x", "a\"b", "\\", "");

    private static readonly Gen<object?> Leaves = Gen.OneOf(
        Gen.Bool.Select(_ => (object?)null),
        Gen.Bool.Select(value => (object?)value),
        Gen.Int.Select(value => (object?)(long)value),
        Gen.Long.Select(value => (object?)value),
        Gen.Double[-1e6, 1e6].Select(value => (object?)value),
        OneOf("O", "P1", "P2", "good", "bad", "2026-03-01T08:00:00+01:00", "degreeFahrenheit", "1.5", "é😀\u0001", "+<&'>").Select(text => (object?)text),
        Gen.String[0, 10].Where(text => IsUnicode(text)).Select(text => (object?)text));

    private static readonly Gen<object?> Values = Gen.Recursive<object?>((depth, inner) => depth > 3
        ? Leaves
        : Gen.Frequency(
            (4, Leaves),
            (1, inner.Array[0, 4].Select(array => (object?)array)),
            (2, Gen.Select(Names, inner).Array[0, 6].Select(members => (object?)members.Select(m => KeyValuePair.Create(m.Item1, m.Item2)).ToArray()))));

    [Fact]
    public void Cbor_and_json_of_the_same_document_are_taken_alike()
    {
        Values.Sample(document =>
        {
            using TestDoor door = new();
            string[] ofJson = door.Send(ToJson(document));
            string codes = door.Codes;
            int taken = door.Report.Taken;
            string[] ofCbor = door.SendCbor(ToCbor(document));
            Assert.Equal((string.Join('\n', ofJson), codes, taken), (string.Join('\n', ofCbor), door.Codes, door.Report.Taken));
        }, iter: 3000);
    }

    [Fact]
    public void No_document_throws_at_either_door_and_each_value_is_taken_or_refused()
    {
        Values.Sample(document =>
        {
            using TestDoor door = new();
            door.Use("""
                time: { tag: stamp, format: unixMilliseconds }
                rules:
                  - { tag: A.T, twin: P1, path: temperature, scale: 2, deadband: 0.5 }
                  - { tag: B.T, twin: P2, path: count, values: { 1: 2, "*": 3 } }
                  - { tag: x, twin: P1, path: note, noValue: ["x"] }
                  - { pattern: "{*p}", twin: P2, path: "{p}" }
                """);
            byte[] json = ToJson(document);
            string[] first = door.Gate(json);
            Assert.Equal(first.Count(line => !line.Contains(" bad invalid", StringComparison.Ordinal)), door.Report.Taken);
            door.Send(json);
        }, iter: 3000);
    }

    [Fact]
    public void Random_bytes_never_throw_and_what_is_refused_whole_changes_nothing()
    {
        byte[] good = """[{"$twin":"P1","$time":1000,"temperature":{"$value":1,"$unit":"kelvin"},"state":"O","motor":{"speed":1}},{"A.T":1,"B.T":"2"}]"""u8.ToArray();
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Byte.Array[0, 40], Gen.Int[0, 3]).Sample((at, with, random, kind) =>
        {
            using TestDoor door = new();
            door.Use("rules: [ { tag: A.T, twin: P1, path: temperature }, { tag: B.T, twin: P2, path: count } ]");
            byte[] payload = kind switch
            {
                0 => random,
                1 => good[..at],
                2 => [.. good[..at], .. random, .. good[at..]],
                _ => [.. good[..at], with, .. good[(at + 1)..]],
            };
            foreach (Func<byte[], string[]> send in new Func<byte[], string[]>[] { bytes => door.Gate(bytes), bytes => door.Send(bytes), door.SendCbor })
            {
                string[] lines = send(payload);
                bool isRefused = door.Codes.EndsWith("GMI001", StringComparison.Ordinal);
                Assert.True(!isRefused || (lines.Length == 0 && door.Report.Taken == 0));
            }
        }, iter: 20_000);
    }

    [Fact]
    public void An_object_of_plain_numbers_means_what_the_general_way_reads()
    {
        Gen<string> names = OneOf("\"temperature\"", "\"pressure\"", "\"curve\"", "\"$time\"", "\"$time\"", "\"count\"", "\"x\"", "\"\\u0074emperature\"", "\"A.T\"", "\"B.T\"", "\"A.P\"", "\"C.T\"", "\"\"", "temperature", "\"tem\u0001p\"");
        Gen<string> values = OneOf("1", "21.5", "-0.25", "0", "-0", "1000", "1e3", "01", "1.", ".5", "-", "+1", "12345678901234567890", "null", "true", "\"2\"", "\"2026-03-01T08:00:00Z\"", "{\"$value\":1}", "NaN", "1 2", "");
        Gen<string> member = Gen.Select(OneOf("", "", " ", "\n"), names, OneOf(":", ":", ":", " : ", "", "::"), Gen.Frequency((3, OneOf("1.5", "7")), (1, values)), (space, name, colon, value) => space + name + colon + value);
        Gen<string> document = Gen.Select(OneOf("{", "{", "{", " {", "{,", ":"), member.Array[0, 5], OneOf(",", ",", ",", " ,", ",,", ""), OneOf("}", "}", "}", "} ", "}x", "", "}}", "}\0"),
            (begin, members, comma, end) => begin + string.Join(comma, members) + end);
        int plain = 0;
        document.Sample(text =>
        {
            const string rules = "rules: [ { tag: A.T, twin: P1, path: temperature }, { tag: A.P, twin: P1, path: pressure, scale: 2 }, { tag: B.T, twin: P2, path: temperature }, { tag: C.T, twin: P2, path: count } ]";
            using TestDoor door = new();
            using TestDoor general = new();
            door.Use(rules);
            general.Use(rules);
            foreach (string message in new[] { text, text })
            {
                // Within an array an object takes the general way.
                Assert.Equal(general.Send($"[{message}]"), door.Send(message));
                plain += Compare(general, door);
                Assert.Equal(general.Gate($"[{message}]"), door.Gate(message));
                plain += Compare(general, door);
            }
        }, iter: 20_000, threads: 1);
        Assert.True(plain > 1000);
    }

    // Where a text breaks off, the array around it lets the reader see a little more or less of it.
    private static int Compare(TestDoor general, TestDoor door)
    {
        bool isMalformed = general.Codes.EndsWith("GMI001", StringComparison.Ordinal);
        Assert.Equal(isMalformed, door.Codes.EndsWith("GMI001", StringComparison.Ordinal));
        Assert.True(isMalformed || general.Codes == door.Codes);
        Assert.Equal(general.Report.Taken, door.Report.Taken);
        return door.Report.Taken;
    }

    [Theory]
    [InlineData("{\"\u00FF.temperature\":21.5}")]
    [InlineData("{\"$time\":\"2026-11-23T10:00:00\u00A0Z\",\"P1.temperature\":21.5}")]
    public void What_is_not_utf8_is_refused_whole_also_where_a_pattern_would_fit(string latin1)
    {
        using TestDoor door = new();
        door.Use("rules: [ { pattern: \"{name}.temperature\", twin: P1, path: temperature } ]");
        Assert.Empty(door.Gate(Encoding.Latin1.GetBytes(latin1)));
        Assert.Equal("GMI001", door.Codes);
        Assert.Equal(0, door.Report.Taken);
    }

    [Fact]
    public void A_short_decimal_is_the_double_that_the_general_way_reads()
    {
        Gen<string> digits = Gen.Char["0123456789"].Array[1, 20].Select(chars => new string(chars));
        Gen<string> whole = Gen.OneOf(Gen.Const("0"), digits.Select(text => text.TrimStart('0') is { Length: > 0 } rest ? rest : "0"));
        Gen<string> fraction = Gen.OneOf(Gen.Const(""), digits.Select(text => $".{text}"));
        Gen<string> exponent = Gen.OneOf(Gen.Const(""), Gen.Const(""), Gen.Int[-330, 330].Select(e => $"e{e}"));
        int fast = 0;
        Gen.Select(OneOf("", "-"), whole, fraction, exponent).Sample((sign, integer, rest, power) =>
        {
            string text = sign + integer + rest + power;
            if (!SimpleDecimal.TryRead(Encoding.UTF8.GetBytes(text), out double value))
            {
                return true;
            }
            Interlocked.Increment(ref fast);
            return BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture));
        }, iter: 200_000);
        Assert.True(fast > 10_000);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("21.5")]
    [InlineData("9007199254740992")]
    [InlineData("0.0000000000000000001")]
    [InlineData("900719925474099.3")]
    [InlineData("1234567890.123456789")]
    public void Known_decimals_are_exact(string text)
    {
        if (SimpleDecimal.TryRead(Encoding.UTF8.GetBytes(text), out double value))
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
        }
        else
        {
            Assert.True(text.Count(char.IsAsciiDigit) > 15);
        }
    }

    private static byte[] ToJson(object? document)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { SkipValidation = true }))
        {
            Write(writer, document);
        }
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case string text: writer.WriteStringValue(text); break;
            case KeyValuePair<string, object?>[] members:
                writer.WriteStartObject();
                foreach ((string name, object? member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }
                writer.WriteEndObject();
                break;
            case object?[] array:
                writer.WriteStartArray();
                foreach (object? element in array)
                {
                    Write(writer, element);
                }
                writer.WriteEndArray();
                break;
        }
    }

    private static byte[] ToCbor(object? document)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        Write(writer, document);
        return writer.Encode();
    }

    private static void Write(CborWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNull(); break;
            case bool flag: writer.WriteBoolean(flag); break;
            case long number: writer.WriteInt64(number); break;
            case double number: writer.WriteDouble(number); break;
            case string text: writer.WriteTextString(text); break;
            case KeyValuePair<string, object?>[] members:
                writer.WriteStartMap(members.Length);
                foreach ((string name, object? member) in members)
                {
                    writer.WriteTextString(name);
                    Write(writer, member);
                }
                writer.WriteEndMap();
                break;
            case object?[] array:
                writer.WriteStartArray(array.Length);
                foreach (object? element in array)
                {
                    Write(writer, element);
                }
                writer.WriteEndArray();
                break;
        }
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static bool IsUnicode(string text) => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
