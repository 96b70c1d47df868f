using System.Text;
using CsCheck;

namespace Gemel.Modeling.Tests.Models;

public sealed class HostileModelTests
{
    private static readonly string[] Inserts = ["", "null", "\"", "{", "}", "[", "]", ",", "1e999", "\\ud800", "[]", "{}", "\"@id\":1,", "true", "\u0000"];

    private static readonly byte[] Good = Encoding.UTF8.GetBytes("""
        { "@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"], "@id": "dtmi:acme:Pump;1", "@type": "Interface", "displayName": { "en": "Pump" },
          "contents": [ { "@type": ["Telemetry", "Temperature"], "name": "t", "schema": "double", "unit": "kelvin" },
            { "@type": "Property", "name": "p", "schema": { "@type": "Map", "mapKey": { "name": "k", "schema": "string" }, "mapValue": { "name": "v", "schema": "dtmi:acme:s;1" } } },
            { "@type": "Command", "name": "c", "request": { "name": "r", "schema": { "@type": "Enum", "valueSchema": "string", "enumValues": [ { "name": "a", "enumValue": "A" } ] } } } ],
          "schemas": [ { "@id": "dtmi:acme:s;1", "@type": "Object", "fields": [ { "name": "f", "schema": "date" } ] } ] }
        """);

    [Fact]
    public void Random_bytes_give_errors_and_never_an_exception()
    {
        Gen.Byte.Array[0, 200].Sample(bytes => !ModelSet.Empty.Add([new ModelDocument(null, bytes)], Sample.Noon).IsSuccess, iter: 2000);
    }

    [Fact]
    public void Mutated_documents_are_taken_or_refused_and_what_is_taken_can_be_restored()
    {
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Int[0, 12], Gen.Int[0, Inserts.Length - 1].Select(i => Inserts[i])).Array[1, 3]
            .Sample(cuts =>
            {
                List<byte> bytes = [.. Good];
                foreach ((int at, int length, string text) in cuts)
                {
                    int start = Math.Min(at, bytes.Count);
                    bytes.RemoveRange(start, Math.Min(length, bytes.Count - start));
                    bytes.InsertRange(start, Encoding.UTF8.GetBytes(text));
                }
                if (ModelSet.Empty.Add([new ModelDocument(null, bytes.ToArray())], Sample.Noon).TryGetValue(out ModelSetChange? change))
                {
                    ModelSet restored = ModelSet.Restore(change.Models.Stored, change.Models.NextSchemaId);
                    Assert.Equal(change.Models.Count, restored.Count);
                }
            }, iter: 20_000);
    }

    [Fact]
    public void Swapped_values_never_cause_an_exception()
    {
        string[] parts = Encoding.UTF8.GetString(Good).Split('"');
        Gen.Select(Gen.Int[0, parts.Length - 1], Gen.Int[0, parts.Length - 1]).Array[1, 4].Sample(swaps =>
        {
            string[] copy = [.. parts];
            foreach ((int one, int other) in swaps)
            {
                (copy[one], copy[other]) = (copy[other], copy[one]);
            }
            _ = ModelSet.Empty.Add([new ModelDocument(null, Encoding.UTF8.GetBytes(string.Join('"', copy)))], Sample.Noon).Errors.Select(e => e.Message).Count();
        }, iter: 20_000);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void Deep_nesting_is_an_error_with_a_place(int depth)
    {
        byte[] json = Encoding.UTF8.GetBytes(new string('[', depth));

        GemelError error = ModelSet.Empty.Add([new ModelDocument(null, json)], Sample.Noon).Errors.Single();

        Assert.Equal(("GMM002", new TextPosition(null, 1, 65)), (error.Code.Code, error.Position));
    }

    [Fact]
    public void A_very_long_chain_of_extends_is_an_error_and_no_stack_overflow()
    {
        ModelDocument[] chain = [.. Enumerable.Range(0, 20_000).Select(i => Sample.Interface($"dtmi:acme:M{i};1", "", i == 0 ? [] : [$"dtmi:acme:M{i - 1};1"]))];

        Assert.All(ModelSet.Empty.Add(chain, Sample.Noon).Errors, e => Assert.Equal("GMM071", e.Code.Code));
    }

    [Fact]
    public void Schemas_that_fan_out_at_every_level_cost_no_more_than_their_text()
    {
        string Level(int level, string inner) =>
            $$"""{ "@id": "dtmi:acme:l{{level}};1", "@type": "Object", "fields": [{{string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{ "name": "f{{i}}", "schema": {{inner}} }"""))}}] }""";
        string schemas = string.Join(',', Enumerable.Range(0, 5).Select(l => Level(l, l == 4 ? "\"double\"" : $"\"dtmi:acme:l{l + 1};1\"")));
        string model = $$"""{ "@context": "dtmi:dtdl:context;3", "@id": "dtmi:acme:Wide;1", "@type": "Interface", "contents": [{{Sample.Property("p", "\"dtmi:acme:l0;1\"")}}], "schemas": [{{schemas}}] }""";

        Assert.True(ModelSet.Empty.Add([new ModelDocument(null, Encoding.UTF8.GetBytes(model))], Sample.Noon).IsSuccess);
    }

    [Fact]
    public void Invalid_utf8_and_unpaired_surrogates_are_errors()
    {
        byte[] invalid = [.. "{\"@id\": \""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal("GMM005", ModelSet.Empty.Add([new ModelDocument(null, invalid)], Sample.Noon).Errors.Single().Code.Code);
        Assert.Equal("GMM005", ModelSet.Empty.Add([new ModelDocument(null, "{\"\\ud800\": 1}"u8.ToArray())], Sample.Noon).Errors.Single().Code.Code);
    }

    [Fact]
    public void An_interface_of_more_than_a_mebibyte_is_refused()
    {
        ModelDocument large = Sample.Interface("dtmi:acme:Large;1", Sample.Property("a") + new string(' ', DtdlVersion.MaxInterfaceBytes));

        Assert.Equal("GMM006", ModelSet.Empty.Add([large], Sample.Noon).Errors.Single().Code.Code);
    }
}
