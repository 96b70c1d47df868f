using System.Globalization;

namespace Gemel.Modeling;

/// <summary>Compiles the schemas of values.</summary>
internal sealed class ValueSchemaCompiler(ModelScope scope)
{
    // A schema that many places refer to is compiled once: expanding each reference would grow exponentially with the depth.
    private readonly Dictionary<Element, DtdlSchema> _compiled = [];

    /// <param name="owner">The interface within which the element stands; schema references are looked up there.</param>
    /// <param name="element">The element whose schema it is.</param>
    /// <param name="property"><c>schema</c> or <c>elementSchema</c>.</param>
    public DtdlSchema Compile(Element owner, Element element, string property)
    {
        PropertyValue value = element.One(property)!;
        if (value.Standard is { Schema: { } standard })
        {
            return standard;
        }
        if (value.Element is { } inline)
        {
            return CompileComplex(owner, inline);
        }
        _ = scope.TryFindWithin(owner, value.Text, out Element? found);
        return CompileComplex(owner, found!);
    }

    /// <summary>Compiles an Array, Enum, Map or Object.</summary>
    public DtdlSchema CompileComplex(Element owner, Element schema)
    {
        if (!_compiled.TryGetValue(schema, out DtdlSchema? compiled))
        {
            compiled = CompileNew(owner, schema);
            _compiled.Add(schema, compiled);
        }
        return compiled;
    }

    private DtdlSchema CompileNew(Element owner, Element schema) => schema.Class switch
    {
        ElementClass.Array => new ArraySchema(Compile(owner, schema, "elementSchema")),
        ElementClass.Enum => CompileEnum(schema),
        ElementClass.Map => CompileMap(owner, schema),
        _ => new ObjectSchema([.. schema.Children("fields").Select(f => new ObjectField(f.Name, Compile(owner, f, "schema")))]),
    };

    private MapSchema CompileMap(Element owner, Element map)
    {
        Element value = map.One("mapValue")!.Element!;
        return new MapSchema(map.One("mapKey")!.Element!.Name, value.Name, Compile(owner, value, "schema"));
    }

    private static EnumSchema CompileEnum(Element schema)
    {
        bool isText = schema.One("valueSchema")!.Text == "string";
        return new EnumSchema(isText, [.. schema.Children("enumValues").Select(MemberOf)]);

        EnumMember MemberOf(Element member)
        {
            PropertyValue value = member.One("enumValue")!;
            return isText ? new EnumMember(member.Name, value.Text, 0) : new EnumMember(member.Name, value.Number.ToString(CultureInfo.InvariantCulture), value.Number);
        }
    }
}
