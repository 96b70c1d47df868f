namespace Gemel.Modeling;

/// <summary>The language extensions that are known: context to the co-types it brings.</summary>
/// <remarks>Source: DTDL.Extensions.md and the document of each extension. Extensions that are not listed are unknown, and
/// what they bring is taken without a check (the language lets a service ignore them).</remarks>
internal static class Extensions
{
    private const string Prefix = "dtmi:dtdl:extension:";

    private static readonly string[] KnownPrefixes = ["dtmi:dtdl:", "dtmi:iotcentral:", "dtmi:gemel:"];

    private static readonly ElementClass[] Data = [ElementClass.Property, ElementClass.Telemetry];

    private static readonly ElementClass[] DataOfCentral = [ElementClass.Property, ElementClass.Telemetry];

    private static readonly Dictionary<string, Dictionary<string, CoType>> ByContext = Build();

    private static readonly Dictionary<string, CoType> ByDtmi = BuildByDtmi();

    public const string Central = "dtmi:iotcentral:context;2";

    /// <summary>This server's own: what DTDL has no word for.</summary>
    public const string Own = "dtmi:gemel:context;1";

    private static readonly Dictionary<string, CoType> LanguageVersion2 = ByName(SemanticTypes.OfLanguageVersion2());

    /// <summary>Says whether the context is that of a known extension in a known version.</summary>
    public static bool IsKnown(string context) => ByContext.ContainsKey(context);

    /// <summary>Finds a co-type by its term or DTMI among those of the language and of the element's contexts.</summary>
    public static CoType? Find(string termOrDtmi, DtdlContext context)
    {
        foreach (string extension in context.Extensions)
        {
            if (ByContext[extension].TryGetValue(termOrDtmi, out CoType? found) || (ByDtmi.TryGetValue(termOrDtmi, out found) && ByContext[extension].ContainsValue(found)))
            {
                return found;
            }
        }
        if (context.Version.HasSemanticTypes)
        {
            return LanguageVersion2.GetValueOrDefault(termOrDtmi) ?? LanguageVersion2.Values.FirstOrDefault(t => t.Dtmi == termOrDtmi);
        }
        return null;
    }

    /// <summary>The term of a property that a co-type brings, given as term or as DTMI.</summary>
    public static string PropertyTerm(string termOrDtmi)
    {
        bool isKnown = KnownPrefixes.Any(prefix => termOrDtmi.StartsWith(prefix, StringComparison.Ordinal));
        if (!isKnown)
        {
            return termOrDtmi;
        }
        string last = termOrDtmi[(termOrDtmi.LastIndexOf(':') + 1)..];
        int version = last.IndexOf(';', StringComparison.Ordinal);
        return version < 0 ? last : last[..version];
    }

    private static Dictionary<string, Dictionary<string, CoType>> Build()
    {
        Dictionary<string, Dictionary<string, CoType>> all = new(StringComparer.Ordinal)
        {
            [$"{Prefix}quantitativeTypes;1"] = ByName(SemanticTypes.OfExtension(1)),
            [$"{Prefix}quantitativeTypes;2"] = ByName(SemanticTypes.OfExtension(2)),
            [$"{Prefix}quantitativeTypes;3"] = ByName(SemanticTypes.OfExtension(3)),
            [Central] = ByName(CentralTypes()),
            [Own] = ByName([PeriodicType]),
        };
        Add(all, "annotation", 2, v => [Of("annotation", v, "ValueAnnotation", Data) with { Properties = ["annotates"], RequiredProperties = ["annotates"] }]);
        Add(all, "historization", 2, v => [Of("historization", v, "Historized", Data)]);
        Add(all, "overriding", 2, v => [Of("overriding", v, "Override", ElementClass.Property) with { Properties = ["overrides"], RequiredProperties = ["overrides"] }]);
        Add(all, "mqtt", 4, MqttTypes);
        all[$"{Prefix}requirement;1"] = ByName([Of("requirement", 1, "Required", ElementClass.Field) with { Versions = [3, 4] }]);
        all[$"{Prefix}requirement;2"] = ByName([Of("requirement", 2, "Required", ElementClass.Field, ElementClass.Property)]);
        return all;
    }

    private static void Add(Dictionary<string, Dictionary<string, CoType>> all, string extension, int versions, Func<int, IEnumerable<CoType>> types)
    {
        for (int version = 1; version <= versions; version++)
        {
            all[$"{Prefix}{extension};{version}"] = ByName(types(version));
        }
    }

    private static CoType Of(string extension, int version, string name, params ElementClass[] classes) =>
        new(name, $"{Prefix}{extension}:v{version}:{name}") { Classes = classes, Versions = version == 1 ? [3] : [3, 4] };

    private static IEnumerable<CoType> MqttTypes(int version)
    {
        CoType Type(string name, params ElementClass[] classes) => Of("mqtt", version, name, classes);
        yield return Type("Mqtt", ElementClass.Interface) with
        {
            Properties = ["telemetryTopic", "commandTopic", "propertyTopic", "payloadFormat", "cmdServiceGroupId", "telemServiceGroupId"],
            RequiredProperties = ["payloadFormat"],
        };
        yield return Type("Idempotent", ElementClass.Command);
        yield return Type("Cacheable", ElementClass.Command) with { Properties = ["ttl"], RequiredProperties = ["ttl"] };
        yield return Type("Indexed", ElementClass.Telemetry, ElementClass.Field, ElementClass.EnumValue, ElementClass.Property) with
        {
            Properties = ["index"],
            RequiredProperties = ["index"],
        };
        yield return Type("Transparent", ElementClass.CommandRequest, ElementClass.CommandResponse) with { Need = SchemaNeed.Object };
        foreach (string name in version < 3 ? [] : new[] { "Error", "Result", "PropertyResult" })
        {
            yield return Type(name, ElementClass.Object);
        }
        foreach (string name in version < 3 ? [] : new[] { "ErrorMessage", "ErrorResult", "NormalResult", "ErrorCode", "ErrorInfo", "Indirect", "PropertyValue", "ReadError", "WriteError" })
        {
            yield return Type(name, ElementClass.Field);
        }
        if (version >= 4)
        {
            yield return Type("Fragmented", ElementClass.Property) with { Need = SchemaNeed.Map };
        }
    }

    /// <summary>A value that should come at least once in each interval.</summary>
    private static CoType PeriodicType => new("Periodic", "dtmi:gemel:class:Periodic;1")
    {
        Classes = Data,
        Versions = [2, 3, 4],
        Properties = [CoType.Interval],
        RequiredProperties = [CoType.Interval],
    };

    private static IEnumerable<CoType> CentralTypes()
    {
        CoType Type(string name, SchemaNeed need) => new(name, $"dtmi:iotcentral:class:{name};2") { Classes = DataOfCentral, Versions = [2], Need = need };
        yield return Type("Event", SchemaNeed.NumberOrText);
        yield return Type("State", SchemaNeed.Enum);
        yield return Type("Location", SchemaNeed.Location);
        yield return Type("AccelerationVector", SchemaNeed.Vector) with { Quantity = "Acceleration", UnitIsOptional = true };
        yield return Type("VelocityVector", SchemaNeed.Vector) with { Quantity = "Velocity", UnitIsOptional = true };
    }

    private static Dictionary<string, CoType> BuildByDtmi()
    {
        Dictionary<string, CoType> all = new(StringComparer.Ordinal);
        foreach (CoType type in ByContext.Values.SelectMany(types => types.Values))
        {
            all[type.Dtmi] = type;
        }
        return all;
    }

    private static Dictionary<string, CoType> ByName(IEnumerable<CoType> types) => types.ToDictionary(t => t.Name, StringComparer.Ordinal);
}
