namespace Gemel.Modeling;

/// <summary>What a co-type asks of the schema of its element.</summary>
internal enum SchemaNeed
{
    Nothing,
    Number,
    NumberOrText,
    Enum,
    Map,
    Object,
    Location,
    Vector,
}

/// <summary>A type that is added to an element beside its DTDL class: a semantic type, or a type of an extension.</summary>
/// <param name="Name">The term: <c>Temperature</c>, <c>Historized</c>.</param>
/// <param name="Dtmi">The same as a DTMI.</param>
internal sealed record CoType(string Name, string Dtmi)
{
    /// <summary>How often a value should come, a property of <c>Periodic</c>.</summary>
    public const string Interval = "interval";

    public required IReadOnlyList<ElementClass> Classes { get; init; }

    /// <summary>DTDL versions whose elements may have it.</summary>
    public required IReadOnlyList<int> Versions { get; init; }

    /// <summary>Quantity of the units that its property <c>unit</c> takes; null where it has no such property.</summary>
    public string? Quantity { get; init; }

    /// <summary><c>unit</c> may be left out.</summary>
    public bool UnitIsOptional { get; init; }

    public SchemaNeed Need { get; init; }

    /// <summary>Further properties that it adds.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    public IReadOnlyList<string> RequiredProperties { get; init; } = [];

    public bool HasProperty(string term) => (term == "unit" && Quantity is not null) || Properties.Contains(term);
}
