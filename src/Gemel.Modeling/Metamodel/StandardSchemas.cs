using System.Collections.Immutable;

namespace Gemel.Modeling;

/// <summary>A schema that the language or a known extension defines.</summary>
/// <param name="Schema">null where it is known but not supported.</param>
internal sealed record StandardSchema(string Name, DtdlSchema? Schema)
{
    public bool IsGeospatial { get; init; }

    /// <summary>Defined by <c>dtmi:iotcentral:context;2</c>.</summary>
    public bool IsOfCentral { get; init; }

    public int Since { get; init; } = 2;

    public bool IsNumber => Schema is PrimitiveSchema { Type: PrimitiveType.Double or PrimitiveType.Float or PrimitiveType.Integer or PrimitiveType.Long } || IsNumberOfV4;

    public bool IsText => Schema is PrimitiveSchema { Type: PrimitiveType.String };

    private bool IsNumberOfV4 => Schema is null && Name is not ("bytes" or "uuid" or "scaledDecimal");
}

/// <summary>Finds the standard schemas by term (<c>double</c>) or DTMI (<c>dtmi:dtdl:instance:Schema:double;2</c>).</summary>
internal static class StandardSchemas
{
    private const string InstancePrefix = "dtmi:dtdl:instance:Schema:";
    private const string GeospatialPrefix = "dtmi:standard:schema:geospatial:";
    private const string CentralPrefix = "dtmi:iotcentral:schema:";

    private static readonly Dictionary<string, StandardSchema> ByName = Build();

    public static StandardSchema? Find(string termOrDtmi, DtdlContext context)
    {
        bool isDtmi = TrySplit(termOrDtmi, out string name, out int version);
        if (isDtmi ? version > context.Version.Number : termOrDtmi.StartsWith("dtmi:", StringComparison.Ordinal))
        {
            return null;
        }
        if (!isDtmi && FindUnitEnum(termOrDtmi, context) is { } units)
        {
            return units;
        }
        return ByName.TryGetValue(isDtmi ? name : termOrDtmi, out StandardSchema? schema) && schema.Since <= context.Version.Number
            && (!schema.IsOfCentral || context.Extensions.Contains(Extensions.Central))
            ? schema
            : null;
    }

    /// <summary>The extension quantitativeTypes makes the units of each quantity an Enum: <c>TemperatureUnit</c>.</summary>
    private static StandardSchema? FindUnitEnum(string term, DtdlContext context)
    {
        bool known = term.EndsWith("Unit", StringComparison.Ordinal) && context.Extensions.Any(e => e.Contains(":quantitativeTypes;", StringComparison.Ordinal));
        IReadOnlyList<string> units = known ? Units.OfQuantity(term[..^4]) : [];
        return units.Count == 0 ? null : new StandardSchema(term, new EnumSchema(IsText: true, [.. units.Select(u => new EnumMember(u, u, 0))]));
    }

    private static bool TrySplit(string dtmi, out string name, out int version)
    {
        string? prefix = new[] { InstancePrefix, GeospatialPrefix, CentralPrefix }.FirstOrDefault(p => dtmi.StartsWith(p, StringComparison.Ordinal));
        int separator = dtmi.LastIndexOf(';');
        (name, version) = ("", 0);
        if (prefix is null || separator < prefix.Length)
        {
            return false;
        }
        name = dtmi[prefix.Length..separator];
        return int.TryParse(dtmi.AsSpan(separator + 1), out version);
    }

    private static Dictionary<string, StandardSchema> Build()
    {
        Dictionary<string, StandardSchema> all = new(StringComparer.Ordinal);
        foreach (PrimitiveType type in Enum.GetValues<PrimitiveType>())
        {
            string name = char.ToLowerInvariant(type.ToString()[0]) + type.ToString()[1..];
            all[name] = new StandardSchema(name, new PrimitiveSchema(type)) { IsGeospatial = type >= PrimitiveType.Point };
        }
        foreach (string name in (string[])["byte", "bytes", "decimal", "short", "unsignedByte", "unsignedInteger", "unsignedLong", "unsignedShort", "uuid", "scaledDecimal"])
        {
            all[name] = new StandardSchema(name, Schema: null) { Since = 4 };
        }
        all["geopoint"] = new StandardSchema("geopoint", Doubles("lat", "lon", "alt")) { IsOfCentral = true };
        all["vector"] = new StandardSchema("vector", Doubles("x", "y", "z")) { IsOfCentral = true };
        return all;
    }

    private static ObjectSchema Doubles(params string[] names) =>
        new([.. names.Select(n => new ObjectField(n, new PrimitiveSchema(PrimitiveType.Double)))]);
}
