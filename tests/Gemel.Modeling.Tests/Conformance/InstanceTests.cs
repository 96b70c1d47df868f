using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gemel.Modeling.Tests.Conformance;

public sealed class InstanceTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The reference parser's cases that validate a value against a schema.</summary>
    [Fact]
    public void Values_conform_where_the_reference_parser_says_so()
    {
        string folder = Path.Combine(SharedData.Folder("dtdl-conformance"), "generated");
        List<string> wrong = [];
        int all = 0;
        foreach (string file in Directory.GetFiles(folder, "*V2.json").Concat(Directory.GetFiles(folder, "*V3.json")))
        {
            using JsonDocument parsed = JsonDocument.Parse(File.ReadAllBytes(file).AsMemory(3));
            if (!parsed.RootElement.TryGetProperty("instances", out JsonElement instances))
            {
                continue;
            }
            ModelScope scope = new(_ => null);
            ErrorList errors = new();
            ModelLoader.Load([.. parsed.RootElement.GetProperty("input").EnumerateArray().Select(i => new ModelDocument(null, JsonSerializer.SerializeToUtf8Bytes(i, Plain)))], scope, errors, UnknownExtensions.ByVersion);
            foreach (JsonElement instance in instances.EnumerateArray())
            {
                string json = instance.GetProperty("submit").GetString()!;
                if (SchemaOf(scope, instance.GetProperty("subject").GetString()!) is { } schema)
                {
                    all++;
                    bool conforms = instance.GetProperty("conforms").GetBoolean();
                    if (Conforms(schema, json) != conforms)
                    {
                        wrong.Add($"{Path.GetFileName(file)}: {json} {(conforms ? "conforms" : "does not conform")}");
                    }
                }
            }
        }

        Assert.True(all > 0);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {all}\n{string.Join('\n', wrong)}");
    }

    private static DtdlSchema? SchemaOf(ModelScope scope, string subject)
    {
        foreach (Element owner in scope.New)
        {
            if (scope.TryFindWithin(owner, subject, out Element? element))
            {
                return new ValueSchemaCompiler(scope).CompileComplex(owner, element);
            }
            if (StandardSchemas.Find(subject, owner.Context) is { } standard)
            {
                return standard.Schema;
            }
        }
        return null;
    }

    private static bool Conforms(DtdlSchema schema, string json)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        try
        {
            return reader.Read() && ValueReader.TryRead(ref reader, schema, new ArrayBufferWriter<byte>(), out _, out _, out _) && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
