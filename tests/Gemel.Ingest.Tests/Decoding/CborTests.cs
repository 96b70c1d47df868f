using System.Formats.Cbor;

namespace Gemel.Ingest.Tests.Decoding;

public sealed class CborTests : IDisposable
{
    private readonly TestDoor _door = new();

    public void Dispose() => _door.Dispose();

    [Fact]
    public void Every_form_of_number_is_read_as_exactly_the_number_it_stands_for()
    {
        Assert.Equal(["P1.temperature=-21088.4375"], _door.SendCbor(Of("temperature", writer => writer.WriteSingle(-21088.4375f))));
        Assert.Equal(["P1.temperature=0.10000000149011612"], _door.SendCbor(Of("temperature", writer => writer.WriteSingle(0.1f))));
        Assert.Equal(["P1.temperature=1.5"], _door.SendCbor(Of("temperature", writer => writer.WriteHalf((Half)1.5))));
        Assert.Equal(["P1.temperature=0.1"], _door.SendCbor(Of("temperature", writer => writer.WriteDouble(0.1))));
        Assert.Equal(["P1.total=-9223372036854775808"], _door.SendCbor(Of("total", writer => writer.WriteInt64(long.MinValue))));
        Assert.Equal(["P1.temperature=1.8446744073709552E+19"], _door.SendCbor(Of("temperature", writer => writer.WriteUInt64(ulong.MaxValue))));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_finite_number_makes_its_path_bad(double value)
    {
        Assert.Equal(["P1.temperature=null bad invalid"], _door.SendCbor(Of("temperature", writer => writer.WriteDouble(value))));
        Assert.Equal("GMM101", _door.Codes);
    }

    [Fact]
    public void Times_may_be_tagged()
    {
        DateTimeOffset time = new(2026, 3, 1, 9, 0, 0, TimeSpan.FromHours(1));
        Assert.Equal(["P1.temperature=1 @2026-03-01T08:00:00"], _door.SendCbor(WithTime(writer => writer.WriteDateTimeOffset(time))));
        Assert.Equal(["P1.temperature=1 @2026-03-01T08:00:00"], _door.SendCbor(WithTime(writer => writer.WriteUnixTimeSeconds(time.ToUnixTimeSeconds()))));
        Assert.Equal(["P1.temperature=1 @2026-03-01T08:00:00"], _door.SendCbor(WithTime(writer => writer.WriteTextString("2026-03-01T09:00:00+01:00"))));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0xA1 })]
    [InlineData(new byte[] { 0xA1, 0x61, 0x61 })]
    [InlineData(new byte[] { 0xA1, 0x01, 0x01 })]
    [InlineData(new byte[] { 0xA0, 0xA0 })]
    [InlineData(new byte[] { 0x41, 0x00 })]
    [InlineData(new byte[] { 0xF7 })]
    [InlineData(new byte[] { 0xA1, 0x61, 0xFF, 0x01 })]
    [InlineData(new byte[] { 0x3B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x61, 0x78 })]
    public void What_is_no_cbor_or_has_no_meaning_in_json_is_refused(byte[] cbor)
    {
        Assert.Empty(_door.SendCbor(cbor));
        Assert.Equal("GMI001", _door.Codes);
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0xC6)]
    [InlineData(0x9F)]
    public void A_nesting_of_100_000_is_refused_and_not_followed(byte open)
    {
        byte[] cbor = new byte[100_000];
        Array.Fill(cbor, open);
        Assert.Empty(_door.SendCbor(cbor));
        Assert.Equal("GMI001", _door.Codes);
    }

    [Fact]
    public void A_text_in_pieces_is_one_text()
    {
        Assert.Equal(["P1.note=\"äbc\""], _door.SendCbor([0xA1, 0x64, .. "note"u8, 0x7F, 0x62, .. "ä"u8, 0x62, .. "bc"u8, 0xFF]));
        Assert.Empty(_door.SendCbor([0xA1, 0x64, .. "note"u8, 0x7F, 0x61, 0xC3, 0x61, 0xA4, 0xFF]));
        Assert.Equal("GMI001", _door.Codes);
    }

    private static byte[] Of(string name, Action<CborWriter> value)
    {
        CborWriter writer = new();
        writer.WriteStartMap(1);
        writer.WriteTextString(name);
        value(writer);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] WithTime(Action<CborWriter> time)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        writer.WriteStartMap(2);
        writer.WriteTextString("$time");
        time(writer);
        writer.WriteTextString("temperature");
        writer.WriteInt32(1);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
