namespace Gemel.Modeling;

/// <summary>What the value of a DTDL property looks like.</summary>
internal enum ValueForm
{
    /// <summary>A string.</summary>
    Text,
    /// <summary>A string, or strings by language.</summary>
    LanguageText,
    Boolean,
    Integer,
    /// <summary>The value of an enum member: a string or an integer.</summary>
    EnumLiteral,
    /// <summary>The DTMI of an interface that need not exist.</summary>
    Target,
    /// <summary>The DTMI of an interface that must exist.</summary>
    Interface,
    /// <summary>A term such as <c>double</c>, the DTMI of a schema, or an inline complex schema.</summary>
    Schema,
    /// <summary>One of <see cref="PropertyRule.Terms"/>.</summary>
    Term,
    /// <summary>Inline elements of one of <see cref="PropertyRule.Classes"/>.</summary>
    Element,
}

/// <summary>One property of an element class, as the language's chapter on that class lists it.</summary>
internal sealed record PropertyRule(string Name, ValueForm Form)
{
    public bool IsRequired { get; init; }

    /// <summary>Most values; as a function for it differs between versions.</summary>
    public Func<DtdlVersion, int> MaxCount { get; init; } = static _ => 1;

    public Func<DtdlVersion, int> MinCount { get; init; } = static _ => 0;

    /// <summary>Most characters of a text.</summary>
    public Func<DtdlVersion, int> MaxLength { get; init; } = static _ => DtdlVersion.Unlimited;

    /// <summary>The text follows the rule of names.</summary>
    public bool IsName { get; init; }

    /// <summary>Smallest and largest integer.</summary>
    public Func<DtdlVersion, (long Min, long Max)> Range { get; init; } = static _ => (long.MinValue, long.MaxValue);

    /// <summary>Classes of the inline elements; more than one where the value's <c>@type</c> decides.</summary>
    public Func<DtdlVersion, IReadOnlyList<ElementClass>> Classes { get; init; } = static _ => [];

    /// <summary>An inline element may leave <c>@type</c> out, for only one class is possible.</summary>
    public bool InfersClass { get; init; }

    /// <summary>Inline elements need an <c>@id</c>, for they are there to be referred to.</summary>
    public bool NeedsId { get; init; }

    public IReadOnlyList<string> Terms { get; init; } = [];

    /// <summary>First version that has the property.</summary>
    public int Since { get; init; } = 2;

    /// <summary>The property whose values must be unique among the elements, <c>name</c>; null where nothing must.</summary>
    public string? UniqueBy { get; init; }
}
