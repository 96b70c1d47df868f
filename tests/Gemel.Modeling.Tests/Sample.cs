using System.Text;
using System.Text.Json;

namespace Gemel.Modeling.Tests;

/// <summary>Short ways to models and schemas for the tests.</summary>
internal static class Sample
{
    public static readonly Timestamp Noon = Timestamp.FromUnixMilliseconds(1_700_000_000_000);

    /// <summary>A version 3 interface.</summary>
    /// <param name="id">Its DTMI.</param>
    /// <param name="contents">JSON objects, joined by commas.</param>
    /// <param name="extends">DTMIs.</param>
    public static ModelDocument Interface(string id, string contents = "", params string[] extends) => new(
        $"{id}.json",
        Encoding.UTF8.GetBytes($$"""
            { "@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"], "@id": "{{id}}", "@type": "Interface",
              "extends": {{JsonSerializer.Serialize(extends)}}, "contents": [{{contents}}] }
            """));

    public static string Property(string name, string schema = "\"double\"") => $$"""{ "@type": "Property", "name": "{{name}}", "schema": {{schema}} }""";

    public static string Component(string name, string model) => $$"""{ "@type": "Component", "name": "{{name}}", "schema": "{{model}}" }""";

    public static ModelSet Add(this ModelSet models, params ModelDocument[] documents) => models.Add(documents, Noon).Value.Models;

    public static TwinSchema SchemaOf(this ModelSet models, string id) =>
        models.TryGet(new ModelId(id), out ModelEntry? model) ? model.Schema : throw new KeyNotFoundException(id);

    /// <summary>The schema of a property given as DTDL.</summary>
    public static DtdlSchema Schema(string dtdl) =>
        ModelSet.Empty.Add(Interface("dtmi:test:Value;1", Property("value", dtdl))).SchemaOf("dtmi:test:Value;1").Columns[0].Schema;

    /// <summary>Everything a schema says, as text to compare.</summary>
    public static string Describe(TwinSchema schema)
    {
        StringBuilder text = new($"{schema.Id} {schema.Model} bases {string.Join(",", schema.Bases)}\n");
        foreach (Column column in schema.Columns)
        {
            text.AppendLine($"{column.Number} {column.Role} {column.Path} {Describe(column.Schema)} {column.Unit} {string.Join("|", column.SemanticTypes)} {column.IsWritable} {column.DisplayName}");
        }
        text.AppendJoin('\n', schema.Components.Select(c => $"component {c.Name} {c.Model} {string.Join(",", c.Columns.Select(x => x.Number))}")).AppendLine();
        text.AppendJoin('\n', schema.Relationships.Select(r => $"{r.Name} {r.Target} {string.Join(",", r.Properties.Select(p => $"{p.Name}:{Describe(p.Schema)}:{p.IsWritable}"))}")).AppendLine();
        text.AppendJoin('\n', schema.Commands.Select(c => $"{c.Component}.{c.Name} {Describe(c.Request)} {Describe(c.Response)}"));
        return text.ToString();
    }

    private static string Describe(DtdlSchema? schema) => schema switch
    {
        null => "-",
        PrimitiveSchema primitive => primitive.Type.ToString(),
        EnumSchema choice => $"Enum[{string.Join(",", choice.Values)}]",
        ObjectSchema fields => $"Object[{string.Join(",", fields.Fields.Select(f => $"{f.Name}:{Describe(f.Schema)}"))}]",
        MapSchema map => $"Map[{map.KeyName},{map.ValueName}:{Describe(map.Value)}]",
        _ => $"Array[{Describe(((ArraySchema)schema).Element)}]",
    };
}
