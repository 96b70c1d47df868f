using System.Collections.Immutable;

namespace Gemel.Modeling;

/// <summary>One DTDL element as read, its own rules checked, its references not yet followed.</summary>
internal sealed class Element
{
    private static readonly List<PropertyValue> None = [];

    private readonly Dictionary<string, List<PropertyValue>> _values = new(StringComparer.Ordinal);

    public required ElementClass Class { get; init; }

    public required DtdlContext Context { get; init; }

    public required SourceNode Node { get; init; }

    public DtdlVersion Version => Context.Version;

    /// <summary>The <c>@id</c>; null where the element has none.</summary>
    public string? Id { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Co-types in the order given, as terms where they are known.</summary>
    public List<string> CoTypeNames { get; } = [];

    public List<CoType> CoTypes { get; } = [];

    /// <summary>The value of <c>unit</c> as a term; null where it is absent.</summary>
    public string? Unit { get; set; }

    /// <summary>How often a value should come; null where the model does not say.</summary>
    public TimeSpan? Interval { get; set; }

    public ImmutableSortedDictionary<string, string> DisplayName { get; set; } = LanguageText.Empty;

    public ImmutableSortedDictionary<string, string> Description { get; set; } = LanguageText.Empty;

    public IReadOnlyList<PropertyValue> All(string property) => _values.GetValueOrDefault(property) ?? None;

    public PropertyValue? One(string property) => All(property) is [var first, ..] ? first : null;

    public IEnumerable<Element> Children(string property) => All(property).Where(v => v.Element is not null).Select(v => v.Element!);

    /// <summary>All elements that stand within this one, over all properties.</summary>
    public IEnumerable<Element> AllChildren => _values.Values.SelectMany(v => v).Where(v => v.Element is not null).Select(v => v.Element!);

    public bool Has(string property) => _values.ContainsKey(property);

    public void Set(string property, List<PropertyValue> values) => _values[property] = values;

    /// <summary>Class and name, for a message: <c>Property 'speed'</c>.</summary>
    public string Describe() => Name.Length > 0 ? $"{Class} '{Name}'" : Id is null ? $"{Class}" : $"{Class} '{Id}'";
}

/// <summary>One value of a property; which member is set follows from the property's <see cref="ValueForm"/>.</summary>
internal sealed record PropertyValue(SourceNode Node)
{
    /// <summary>Text, term, or the DTMI that is referred to.</summary>
    public string Text { get; init; } = "";

    /// <summary>An integer; 1 or 0 for a boolean.</summary>
    public long Number { get; init; }

    public Element? Element { get; init; }

    public StandardSchema? Standard { get; init; }

    /// <summary><see cref="Text"/> is a DTMI to be followed.</summary>
    public bool IsReference { get; init; }
}

/// <summary>Texts by language.</summary>
internal static class LanguageText
{
    /// <summary>Language of a text that names none.</summary>
    public const string DefaultLanguage = "en";

    public static readonly ImmutableSortedDictionary<string, string> Empty = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
