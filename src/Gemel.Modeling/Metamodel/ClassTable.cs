namespace Gemel.Modeling;

/// <summary>The properties of every DTDL class.</summary>
/// <remarks>The tables hold what the versions share; numbers that differ are asked from <see cref="DtdlVersion"/>.</remarks>
internal static class ClassTable
{
    public static readonly IReadOnlyList<ElementClass> ContentClasses =
        [ElementClass.Property, ElementClass.Telemetry, ElementClass.Component, ElementClass.Relationship, ElementClass.Command];

    public static readonly IReadOnlyList<ElementClass> ComplexSchemas = [ElementClass.Array, ElementClass.Enum, ElementClass.Map, ElementClass.Object];

    private static readonly PropertyRule[] Common =
    [
        new("displayName", ValueForm.LanguageText) { MaxLength = v => v.MaxDisplayNameLength, MaxCount = static _ => DtdlVersion.Unlimited },
        new("description", ValueForm.LanguageText) { MaxLength = static _ => DtdlVersion.MaxDescriptionLength, MaxCount = static _ => DtdlVersion.Unlimited },
        new("comment", ValueForm.Text) { MaxLength = static _ => DtdlVersion.MaxCommentLength },
    ];

    private static readonly PropertyRule Name = new("name", ValueForm.Text) { IsRequired = true, IsName = true, MaxLength = v => v.MaxNameLength };

    private static readonly PropertyRule Schema = new("schema", ValueForm.Schema) { IsRequired = true, Classes = static _ => ComplexSchemas };

    private static readonly PropertyRule Nullable = new("nullable", ValueForm.Boolean) { Since = 4 };

    private static readonly Dictionary<ElementClass, PropertyRule[]> Rules = new()
    {
        [ElementClass.Interface] =
        [
            new("contents", ValueForm.Element) { MaxCount = v => v.MaxContents, Classes = static _ => ContentClasses, UniqueBy = "name" },
            new("extends", ValueForm.Interface) { MaxCount = v => v.MaxExtends },
            new("schemas", ValueForm.Element) { MaxCount = static _ => DtdlVersion.Unlimited, Classes = static _ => ComplexSchemas, NeedsId = true },
        ],
        [ElementClass.Property] = [Name, Schema, new("writable", ValueForm.Boolean)],
        [ElementClass.Telemetry] = [Name, Schema],
        [ElementClass.Component] = [Name, new("schema", ValueForm.Interface) { IsRequired = true }],
        [ElementClass.Relationship] =
        [
            Name,
            new("target", ValueForm.Target),
            new("minMultiplicity", ValueForm.Integer) { Range = static _ => (0, 0) },
            new("maxMultiplicity", ValueForm.Integer) { Range = v => (1, v.MaxMultiplicity) },
            new("properties", ValueForm.Element) { MaxCount = v => v.MaxRelationshipProperties, Classes = static _ => [ElementClass.Property], UniqueBy = "name" },
            new("writable", ValueForm.Boolean),
        ],
        [ElementClass.Command] =
        [
            Name,
            new("commandType", ValueForm.Term) { Terms = ["synchronous", "asynchronous"] },
            new("request", ValueForm.Element) { InfersClass = true, Classes = v => [v.HasCommandPayload ? ElementClass.CommandPayload : ElementClass.CommandRequest] },
            new("response", ValueForm.Element) { InfersClass = true, Classes = v => [v.HasCommandPayload ? ElementClass.CommandPayload : ElementClass.CommandResponse] },
        ],
        [ElementClass.CommandPayload] = [Name, Schema],
        [ElementClass.CommandRequest] = [Name, Schema, Nullable],
        [ElementClass.CommandResponse] = [Name, Schema, Nullable],
        [ElementClass.Array] = [Schema with { Name = "elementSchema" }],
        [ElementClass.Enum] =
        [
            new("valueSchema", ValueForm.Term) { IsRequired = true, Terms = ["integer", "string"] },
            new("enumValues", ValueForm.Element)
            {
                MaxCount = v => v.MaxEnumValues, MinCount = AtLeastOneWhereRefused, InfersClass = true, Classes = static _ => [ElementClass.EnumValue], UniqueBy = "name",
            },
        ],
        [ElementClass.EnumValue] = [Name, new("enumValue", ValueForm.EnumLiteral) { IsRequired = true }],
        [ElementClass.Map] =
        [
            new("mapKey", ValueForm.Element) { IsRequired = true, InfersClass = true, Classes = static _ => [ElementClass.MapKey] },
            new("mapValue", ValueForm.Element) { IsRequired = true, InfersClass = true, Classes = static _ => [ElementClass.MapValue] },
        ],
        [ElementClass.MapKey] = [Name, new("schema", ValueForm.Term) { IsRequired = true, Terms = ["string"] }],
        [ElementClass.MapValue] = [Name, Schema],
        [ElementClass.Object] =
        [
            new("fields", ValueForm.Element)
            {
                MaxCount = v => v.MaxFields, MinCount = AtLeastOneWhereRefused, InfersClass = true, Classes = static _ => [ElementClass.Field], UniqueBy = "name",
            },
        ],
        [ElementClass.Field] = [Name, Schema],
    };

    private static readonly Dictionary<ElementClass, Dictionary<string, PropertyRule>> ByName =
        Rules.ToDictionary(r => r.Key, r => r.Value.Concat(Common).ToDictionary(p => p.Name, StringComparer.Ordinal));

    private static readonly HashSet<string> AllNames = [.. ByName.Values.SelectMany(rules => rules.Keys)];

    /// <summary>The rules of a class by the property's name; some may be of a later version.</summary>
    public static IReadOnlyDictionary<string, PropertyRule> PropertiesOf(ElementClass elementClass) => ByName[elementClass];

    /// <summary>Says whether any class has a property of that name.</summary>
    public static bool IsPropertyName(string term) => AllNames.Contains(term);

    /// <summary>The class of that name; false where the version has none.</summary>
    public static bool TryFindClass(string term, DtdlVersion version, out ElementClass elementClass) =>
        Enum.TryParse(term, out elementClass) && Enum.IsDefined(elementClass) && elementClass.ToString() == term
        && (!version.HasCommandPayload || elementClass is not (ElementClass.CommandRequest or ElementClass.CommandResponse));

    private static int AtLeastOneWhereRefused(DtdlVersion version) => version.RefusesEmptySchemas ? 1 : 0;
}
