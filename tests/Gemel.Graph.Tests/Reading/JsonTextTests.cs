using System.Text;
using System.Text.Json;
using CsCheck;

namespace Gemel.Graph.Tests.Reading;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("plain", "\"plain\"")]
    [InlineData("\"\\/", "\"\\\"\\\\/\"")]
    [InlineData("\b\f\n\r\t\u0000\u001f\u007f", "\"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\"")]
    [InlineData("ü€😀<>&'\u2028", "\"ü€😀<>&'\u2028\"")]
    public void Only_what_must_be_escaped_is(string text, string json) => Assert.Equal(json, Encoding.UTF8.GetString(JsonText.Quote(text)));

    [Fact]
    public void Any_string_reads_back_the_same_and_fits_the_stated_length()
    {
        Gen<string> strings = Gen.OneOf(Gen.Char['\0', '\u00FF'].Select(c => c.ToString()), Gen.Const("😀"), Gen.Char['\u0100', '\uD7FF'].Select(c => c.ToString()))
            .Array[0, 300].Select(string.Concat);
        strings.Sample(text =>
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            byte[] written = new byte[JsonText.MaxLength(utf8)];
            int length = JsonText.Write(utf8, written);
            Assert.Equal(text, JsonSerializer.Deserialize<string>(written.AsSpan(0, length)));
            Assert.Equal(JsonText.Quote(text), written[..length]);
        });
    }
}
