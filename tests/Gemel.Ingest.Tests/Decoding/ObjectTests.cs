using System.Text;

namespace Gemel.Ingest.Tests.Decoding;

/// <summary>What is taken from <c>twins/{id}/data</c>, and what is not.</summary>
public sealed class ObjectTests : IDisposable
{
    private readonly TestDoor _door = new();

    public void Dispose() => _door.Dispose();

    [Theory]
    [InlineData("""{"temperature":21.5}""", "P1.temperature=21.5")]
    [InlineData("""{"temperature":21}""", "P1.temperature=21")]
    [InlineData("""{"temperature":-1.5e-3}""", "P1.temperature=-0.0015")]
    [InlineData("""{"count":5.0}""", "P1.count=5")]
    [InlineData("""{"total":9223372036854775807}""", "P1.total=9223372036854775807")]
    [InlineData("""{"ratio":0.1}""", "P1.ratio=0.1")]
    [InlineData("""{"running":true}""", "P1.running=true")]
    [InlineData("""{"note":"a \"b\" \u00e4"}""", "P1.note=\"a \\\"b\\\" ä\"")]
    [InlineData("""{"n\u006fte":"x"}""", "P1.note=\"x\"")]
    [InlineData("""{"state":"O"}""", "P1.state=\"O\"")]
    [InlineData("""{"mode":2}""", "P1.mode=2")]
    [InlineData("""{"curve":[1, 2.5]}""", "P1.curve=[1,2.5]")]
    [InlineData("""{"vibration":3}""", "P1.vibration=3")]
    [InlineData("""{"motor":{"speed":1450,"hours":7}}""", "P1.motor.speed=1450 P1.motor.hours=7")]
    [InlineData("""{"temperature":null}""", "P1.temperature=null bad noValue")]
    [InlineData("""{"$time":"2026-03-01T08:00:00Z","temperature":1}""", "P1.temperature=1 @2026-03-01T08:00:00")]
    [InlineData("""{"temperature":1,"$time":1772352000000}""", "P1.temperature=1 @2026-03-01T08:00:00")]
    [InlineData("""{"temperature":1,"$time":"2026-03-01T09:00:00.1234567+01:00"}""", "P1.temperature=1 @2026-03-01T08:00:00.1234567")]
    [InlineData("""[{"$time":1000,"temperature":1},{"$time":2000,"temperature":2}]""", "P1.temperature=1 @1970-01-01T00:00:01 P1.temperature=2 @1970-01-01T00:00:02")]
    [InlineData("{}", "")]
    [InlineData("[]", "")]
    public void What_fits_is_taken(string json, string expected)
    {
        Assert.Equal(expected, string.Join(" ", _door.Send(json)));
        Assert.Equal("", _door.Codes);
        Assert.Equal(expected.Length == 0 ? 0 : expected.Split("P1.").Length - 1, _door.Report.Taken);
    }

    [Theory]
    [InlineData("""{"temperature":{"$value":72,"$unit":"degreeFahrenheit"}}""", "P1.temperature=22.22222222222222")]
    [InlineData("""{"temperature":{"$value":72,"$unit":"degreeCelsius"}}""", "P1.temperature=72")]
    [InlineData("""{"temperature":{"$quality":"uncertain","$value":1,"$reason":"drift"}}""", "P1.temperature=1 uncertain drift")]
    [InlineData("""{"temperature":{"$value":1,"$reason":"\"ä\""}}""", "P1.temperature=1 \"ä\"")]
    [InlineData("""{"temperature":{"$value":1,"$time":2000},"pressure":2,"$time":1000}""", "P1.temperature=1 @1970-01-01T00:00:02 P1.pressure=2 @1970-01-01T00:00:01")]
    [InlineData("""{"temperature":{"$value":null,"$reason":"broken"}}""", "P1.temperature=null bad broken")]
    [InlineData("""{"temperature":{"$quality":"bad","$reason":"broken"}}""", "P1.temperature=null bad broken")]
    [InlineData("""{"temperature":{"$quality":"bad"}}""", "P1.temperature=null bad noValue")]
    [InlineData("""{"note":{"$value":"x"}}""", "P1.note=\"x\"")]
    public void An_envelope_says_more_about_a_value(string json, string expected)
    {
        Assert.Equal(expected, string.Join(" ", _door.Send(json)));
        Assert.Equal("", _door.Codes);
    }

    [Theory]
    [InlineData("""{"temperature":{"$unit":"degreeCelsius"}}""", "GMI007")]
    [InlineData("""{"temperature":{"$value":1,"$value":2}}""", "GMI007")]
    [InlineData("""{"temperature":{"$value":1,"$quality":"fine"}}""", "GMI007")]
    [InlineData("""{"temperature":{"$value":1,"$quality":1}}""", "GMI007")]
    [InlineData("""{"temperature":{"$value":1,"other":1}}""", "GMI007")]
    [InlineData("""{"temperature":{"$value":1,"$time":"yesterday"}}""", "GMI005")]
    [InlineData("""{"temperature":{"$value":1,"$unit":"kilogram"}}""", "GMI006")]
    [InlineData("""{"pressure":{"$value":1,"$unit":"kilogram"}}""", "GMI006")]
    [InlineData("""{"rounded":{"$value":72,"$unit":"degreeFahrenheit"}}""", "GMI017")]
    [InlineData("""{"note":{"$value":1,"$unit":"kilogram"}}""", "GMM101")]
    [InlineData("""{"temperature":{"$value":"x"}}""", "GMM101")]
    public void A_broken_envelope_makes_its_path_bad(string json, string code)
    {
        string line = Assert.Single(_door.Send(json));
        Assert.EndsWith("=null bad invalid", line);
        Assert.Equal(code, _door.Codes);
        Assert.Equal((0, 1), (_door.Report.Taken, _door.Report.Rejected));
    }

    [Fact]
    public void A_reason_of_256_bytes_is_too_long_and_one_of_255_is_not()
    {
        Assert.EndsWith("null bad invalid", _door.Send($$$"""{"temperature":{"$value":1,"$reason":"{{{new string('r', 256)}}}"}}""")[0]);
        Assert.EndsWith(new string('r', 255), _door.Send($$$"""{"temperature":{"$value":1,"$reason":"{{{new string('r', 255)}}}"}}""")[0]);
    }

    [Theory]
    [InlineData("""{"temperature":"hot"}""", "GMM101")]
    [InlineData("""{"temperature":"NaN"}""", "GMM101")]
    [InlineData("""{"temperature":"Infinity"}""", "GMM101")]
    [InlineData("""{"temperature":1e400}""", "GMM102")]
    [InlineData("""{"temperature":true}""", "GMM101")]
    [InlineData("""{"temperature":[1]}""", "GMM101")]
    [InlineData("""{"temperature":{"a":1}}""", "GMM101")]
    [InlineData("""{"temperature":{}}""", "GMM101")]
    [InlineData("""{"count":2147483648}""", "GMM102")]
    [InlineData("""{"count":1.5}""", "GMM103")]
    [InlineData("""{"total":9223372036854775808}""", "GMM102")]
    [InlineData("""{"ratio":1e39}""", "GMM102")]
    [InlineData("""{"running":1}""", "GMM101")]
    [InlineData("""{"note":5}""", "GMM101")]
    [InlineData("""{"note":"\ud800"}""", "GMM108")]
    [InlineData("""{"since":"yesterday"}""", "GMM104")]
    [InlineData("""{"state":"open"}""", "GMM105")]
    [InlineData("""{"state":"\ud800"}""", "GMM105")]
    [InlineData("""{"mode":1}""", "GMM105")]
    [InlineData("""{"curve":[1,"a"]}""", "GMM101")]
    public void A_value_that_does_not_fit_makes_its_path_bad(string json, string code)
    {
        Assert.EndsWith("=null bad invalid", Assert.Single(_door.Send(json)));
        Assert.Equal(code, _door.Codes);
    }

    [Fact]
    public void A_wrong_type_beside_seven_good_values_is_left_out_alone()
    {
        string[] lines = _door.Send(
            """{"temperature":1,"pressure":2,"count":3,"total":4,"ratio":"wrong","running":true,"note":"n","vibration":8}""");
        Assert.Equal(8, lines.Length);
        Assert.Equal("P1.ratio=null bad invalid", Assert.Single(lines, line => line.Contains("null", StringComparison.Ordinal)));
        Assert.Equal((7, 1, "ratio"), (_door.Report.Taken, _door.Report.Rejected, _door.Report.Errors[0].Target));
    }

    [Theory]
    [InlineData("""{"temperature":1,"humidity":2}""", "GMI003", "P1.temperature=1")]
    [InlineData("""{"motor":{"torque":2,"speed":1}}""", "GMI003", "P1.motor.speed=1")]
    [InlineData("""{"motor":5,"temperature":1}""", "GMI011", "P1.temperature=1")]
    [InlineData("""{"motor":{"motor":{"speed":1}}}""", "GMI003", "")]
    [InlineData("""{"\ud800":1,"temperature":1}""", "GMI003", "P1.temperature=1")]
    [InlineData("""{"$twin":"P2","temperature":1}""", "GMI012", "P1.temperature=1")]
    [InlineData("""{"$foo":{"a":[1]},"temperature":1}""", "GMI012", "P1.temperature=1")]
    [InlineData("""[5,{"temperature":1},[],null]""", "GMI002 GMI002 GMI002", "P1.temperature=1")]
    [InlineData("5", "GMI002", "")]
    [InlineData("null", "GMI002", "")]
    public void What_has_no_place_is_rejected_and_its_neighbours_are_taken(string json, string codes, string expected)
    {
        Assert.Equal(expected, string.Join(" ", _door.Send(json)));
        Assert.Equal(codes, _door.Codes);
    }

    [Theory]
    [InlineData("""{"temperature":1,"temperature":2}""")]
    [InlineData("""{"motor":{"speed":1},"motor":{"speed":2}}""")]
    public void A_name_that_stands_twice_refuses_its_object(string json)
    {
        Assert.Equal(["P1.temperature=3"], _door.Send($$"""[{{json}},{"temperature":3}]"""));
        Assert.Equal("GMI004", _door.Codes);
    }

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("\"2026-03-01T08:00:00\"")]
    [InlineData("\"2026-03-01\"")]
    [InlineData("\"2026-13-01T08:00:00Z\"")]
    [InlineData("\"\"")]
    [InlineData("1.5")]
    [InlineData("1e400")]
    [InlineData("99999999999999999")]
    [InlineData("-99999999999999999")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void A_time_that_is_none_rejects_its_object_whole_wherever_it_stands(string time)
    {
        string[] lines = _door.Send($$"""[{"temperature":1,"$time":{{time}}},{"$time":{{time}},"temperature":1},{"temperature":3}]""");
        Assert.Equal(["P1.temperature=3"], lines);
        Assert.Equal(("GMI005 GMI005", 1), (_door.Codes, _door.Report.Taken));
    }

    [Theory]
    [InlineData("""{"$time":1000,"$time":2000,"temperature":1}""", "GMI004")]
    [InlineData("""{"$atomic":true,"temperature":1,"$atomic":false}""", "GMI004")]
    [InlineData("""{"$atomic":"yes","temperature":1}""", "GMI018")]
    [InlineData("""{"\u0024time":"soon","temperature":1}""", "GMI005")]
    public void Control_names_that_are_unclear_refuse_their_object(string json, string code)
    {
        Assert.Empty(_door.Send(json));
        Assert.Equal(code, _door.Codes);
    }

    [Fact]
    public void An_atomic_object_is_taken_whole_or_not_at_all()
    {
        Assert.Empty(_door.Send("""{"temperature":1,"count":"x","$atomic":true}"""));
        Assert.Equal(("GMM101 GMI016", 0), (_door.Codes, _door.Report.Taken));
        Assert.Single(_door.Send("""{"temperature":1,"$atomic":true}"""));
        Assert.Equal(2, _door.Send("""{"temperature":1,"count":"x","$atomic":false}""").Length);
    }

    [Fact]
    public void With_on_invalid_object_every_object_is_atomic_and_the_others_of_the_message_are_taken()
    {
        using TestDoor door = new(new IngestOptions { OnInvalid = InvalidValues.Object });
        Assert.Equal(["P1.temperature=3"], door.Send("""[{"temperature":1,"count":"x"},{"temperature":2,"foo":1},{"temperature":3}]"""));
        Assert.Equal("GMM101 GMI016 GMI003 GMI016", door.Codes);
    }

    [Fact]
    public void With_on_unknown_ignore_names_that_nobody_knows_are_left_out_in_silence()
    {
        using TestDoor door = new(new IngestOptions { OnUnknown = UnknownNames.Ignore, OnInvalid = InvalidValues.Object });
        Assert.Equal(["P1.temperature=1", "P1.motor.speed=2"], door.Send("""{"temperature":1,"foo":{"a":[1]},"motor":{"bar":1,"speed":2}}"""));
        Assert.Equal("", door.Codes);
    }

    [Fact]
    public void More_objects_than_allowed_are_left_out()
    {
        using TestDoor door = new(new IngestOptions { MaxObjects = 2 });
        Assert.Equal(["P1.temperature=1", "P1.temperature=2"], door.Send("""[{"temperature":1},{"temperature":2},{"temperature":3}]"""));
        Assert.Equal("GMI010", door.Codes);
        Assert.Empty(door.Send("""[{"temperature":1},{"temperature":2},{"temperature":3},"""));
        Assert.Equal("GMI010 GMI001", door.Codes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{\"temperature\":1")]
    [InlineData("{\"temperature\":1}}")]
    [InlineData("{\"temperature\":1} x")]
    [InlineData("{'temperature':1}")]
    [InlineData("{\"temperature\":NaN}")]
    [InlineData("{\"temperature\":-Infinity}")]
    [InlineData("{\"temperature\":01}")]
    [InlineData("{\"temperature\":1,}")]
    [InlineData("{temperature:1}")]
    [InlineData("{\"temperature\":1,\"note\":\"\\x\"}")]
    [InlineData("{\"temperature\":1,\"note\":\"a\nb\"}")]
    [InlineData("{\"temperature\":1/*c*/}")]
    [InlineData("[{\"temperature\":1},{\"temperature\":]")]
    [InlineData("{\"temperature\":1,\"note\":\"\u00c3(\"}")]
    [InlineData("{\"temperature\":1,\"\u00ff\":1}")]
    [InlineData("\u00ef\u00bb\u00bf{\"temperature\":1}")]
    public void A_damaged_payload_is_refused_whole_with_what_came_before_the_damage(string bytes) => AssertDamaged(Encoding.Latin1.GetBytes(bytes));

    [Theory]
    [InlineData("{\"temperature\":1,\"curve\":", "[", "")]
    [InlineData("{\"temperature\":1,\"foo\":", "[", "]")]
    [InlineData("{\"temperature\":1,\"motor\":", "{\"a\":", "}")]
    [InlineData("", "[", "]")]
    public void A_nesting_of_10_000_is_refused(string before, string open, string close)
    {
        string nested = string.Concat(Enumerable.Repeat(open, 10_000)) + string.Concat(Enumerable.Repeat(close, 10_000));
        AssertDamaged(Encoding.UTF8.GetBytes(before + nested + (before.Length > 0 ? "}" : "")));
    }

    private void AssertDamaged(byte[] json)
    {
        Assert.Empty(_door.Send(json));
        Assert.Equal("GMI001", _door.Report.Errors[^1].Code.Code);
        Assert.Equal(0, _door.Report.Taken);
        Assert.Empty(_door.Gate(json));
        Assert.Equal("GMI001", _door.Report.Errors[^1].Code.Code);
        Assert.Equal(["P1.temperature=1"], _door.Send("""{"temperature":1}"""));
    }
}
