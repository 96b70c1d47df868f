using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;

namespace Gemel.Modeling.Tests.Values;

/// <summary>Laws that hold for every schema: what was read, written and read again is the same.</summary>
public sealed class ValuePropertyTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A schema together with a generator of JSON values that fit it.</summary>
    private static readonly Gen<(DtdlSchema Schema, string Json)> Any = Gen.Recursive<(DtdlSchema, string)>((depth, self) =>
        depth >= 3 ? Leaf() : Gen.OneOf(Leaf(), ObjectOf(self), MapOf(self), ArrayOf(self)));

    [Fact]
    public void Writing_and_reading_a_value_again_gives_the_same_bits_and_bytes()
    {
        Any.Sample((schema, json) =>
        {
            ReadBack once = ReadBack.Of(schema, json);
            Assert.Null(once.Error);
            ReadBack again = ReadBack.Of(schema, once.Written(schema));
            Assert.Equal(once, again);
        }, iter: 5000);
    }

    [Fact]
    public void A_double_survives_to_the_last_bit()
    {
        DtdlSchema schema = new PrimitiveSchema(PrimitiveType.Double);
        Gen.Double.Where(double.IsFinite).Sample(value =>
        {
            ReadBack read = ReadBack.Of(schema, value.ToString("R", CultureInfo.InvariantCulture));
            return read.Bits == BitConverter.DoubleToInt64Bits(value) && ReadBack.Of(schema, read.Written(schema)).Bits == read.Bits;
        }, iter: 20_000);
    }

    [Fact]
    public void Any_json_under_any_schema_is_taken_or_explained()
    {
        Gen.Select(Any, Any).Sample((one, other) =>
        {
            ReadBack read = ReadBack.Of(one.Schema, other.Json);
            Assert.True(read.IsTaken || read.Error!.Message.Length > 0);
        }, iter: 10_000);
    }

    [Fact]
    public void Broken_values_never_throw()
    {
        Gen.Select(Any, Gen.Byte, Gen.Int[0, 1000]).Sample((value, b, at) =>
        {
            byte[] json = Encoding.UTF8.GetBytes(value.Json);
            json[at % json.Length] = b;
            Utf8JsonReader reader = new(json);
            try
            {
                _ = reader.Read();
            }
            catch (JsonException)
            {
                return;
            }
            bool taken = ValueReader.TryRead(ref reader, value.Schema, new System.Buffers.ArrayBufferWriter<byte>(), out _, out _, out GemelError? error);
            Assert.Equal(taken, error is null);
        }, iter: 20_000);
    }

    private static Gen<(DtdlSchema, string)> Leaf() => Gen.OneOf(
        Primitive(PrimitiveType.Double, Gen.Double.Where(double.IsFinite).Select(v => v.ToString("R", CultureInfo.InvariantCulture))),
        Primitive(PrimitiveType.Float, Gen.Float.Where(float.IsFinite).Select(v => v.ToString("R", CultureInfo.InvariantCulture))),
        Primitive(PrimitiveType.Integer, Gen.Int.Select(v => v.ToString(CultureInfo.InvariantCulture))),
        Primitive(PrimitiveType.Long, Gen.Long.Select(v => v.ToString(CultureInfo.InvariantCulture))),
        Primitive(PrimitiveType.Boolean, Gen.Bool.Select(v => v ? "true" : "false")),
        Primitive(PrimitiveType.String, Texts.Select(v => JsonSerializer.Serialize(v))),
        Primitive(PrimitiveType.Date, Gen.DateTime.Select(v => v.ToString("'\"'yyyy-MM-dd'\"'", CultureInfo.InvariantCulture))),
        Primitive(PrimitiveType.DateTime, Gen.DateTime.Select(v => v.ToString("'\"'yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z\"'", CultureInfo.InvariantCulture))),
        Primitive(PrimitiveType.Time, Gen.DateTime.Select(v => v.ToString("'\"'HH:mm:ss'+01:30\"'", CultureInfo.InvariantCulture))),
        Primitive(PrimitiveType.Duration, Gen.Int[0, 100_000].Select(v => $"\"PT{v}S\"")),
        Primitive(PrimitiveType.Point, Gen.Int[-180, 180].Select(v => $"{{\"type\":\"Point\",\"coordinates\":[{v},0.5]}}")),
        Gen.Int[1, 5].SelectMany(n => Gen.Int[0, n - 1].Select(i => (Choice(n, isText: true), $"\"v{i}\""))),
        Gen.Int[1, 5].SelectMany(n => Gen.Int[0, n - 1].Select(i => (Choice(n, isText: false), $"{i}"))));

    private static Gen<string> Texts => Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 20], Gen.Const("grüße 😀 \"\\\n\u0000"), Gen.Const(new string('x', 5000)));

    private static Gen<(DtdlSchema, string)> Primitive(PrimitiveType type, Gen<string> json) => json.Select(v => ((DtdlSchema)new PrimitiveSchema(type), v));

    private static DtdlSchema Choice(int count, bool isText) =>
        new EnumSchema(isText, [.. Enumerable.Range(0, count).Select(i => new EnumMember($"n{i}", isText ? $"v{i}" : $"{i}", isText ? 0 : i))]);

    private static Gen<(DtdlSchema, string)> ObjectOf(Gen<(DtdlSchema Schema, string Json)> self) => self.Array[0, 4].Select(fields =>
        ((DtdlSchema)new ObjectSchema([.. fields.Select((f, i) => new ObjectField($"f{i}", f.Schema))]), $"{{{string.Join(", ", fields.Select((f, i) => $"\"f{i}\": {f.Json}"))}}}"));

    private static Gen<(DtdlSchema, string)> MapOf(Gen<(DtdlSchema Schema, string Json)> self) => Gen.Select(self, Texts).Select((value, key) =>
        ((DtdlSchema)new MapSchema("k", "v", value.Schema), $"{{ {JsonSerializer.Serialize(key, Relaxed)} : {value.Json} }}"));

    private static Gen<(DtdlSchema, string)> ArrayOf(Gen<(DtdlSchema Schema, string Json)> self) => Gen.Select(self, Gen.Int[0, 3]).Select((value, count) =>
        ((DtdlSchema)new ArraySchema(value.Schema), $"[{string.Join(" , ", Enumerable.Repeat(value.Json, count))}]"));
}
