namespace Gemel.Modeling;

/// <summary>How deep the schemas of one interface are, and what they hold. Each schema is looked at once, however many
/// places refer to it.</summary>
internal sealed class SchemaShape(Element owner, ModelScope scope)
{
    /// <summary>Elements within each other that are looked at; every version allows less, so what lies beyond is too deep.</summary>
    private const int MaxWalk = 128;

    private static readonly string[] SchemaProperties = ["schema", "elementSchema"];
    private static readonly string[] PartProperties = ["fields", "mapValue"];

    private readonly Dictionary<Element, Found> _known = [];
    private readonly HashSet<Element> _open = [];

    /// <param name="Depth">Complex schemas within each other; 0 where there is none.</param>
    /// <param name="ArrayName">An array or geospatial schema somewhere within; null where there is none.</param>
    /// <param name="Cycle">A schema that contains itself; null where there is none.</param>
    public readonly record struct Found(int Depth, string? ArrayName, Element? Cycle);

    public static IEnumerable<PropertyValue> ValuesOf(Element element) => SchemaProperties.SelectMany(element.All);

    /// <summary>The shape of a complex schema, or of the schema of the element.</summary>
    public Found Of(Element element)
    {
        if (_known.TryGetValue(element, out Found known))
        {
            return known;
        }
        if (_open.Count == MaxWalk)
        {
            return new Found(MaxWalk, null, null);
        }
        if (!_open.Add(element))
        {
            return new Found(0, null, element);
        }
        Found all = default;
        foreach (PropertyValue value in ValuesOf(element))
        {
            if (value.Standard is { IsGeospatial: true } geospatial)
            {
                all = Join(all, new Found(0, geospatial.Name, null));
            }
            else if (SchemaOf(value) is { } inner)
            {
                all = Join(all, Of(inner));
            }
        }
        foreach (Element part in PartProperties.SelectMany(element.Children))
        {
            all = Join(all, Of(part));
        }
        if (ClassTable.ComplexSchemas.Contains(element.Class))
        {
            all = all with { Depth = all.Depth + 1, ArrayName = element.Class == ElementClass.Array ? element.Describe() : all.ArrayName };
        }
        _open.Remove(element);
        _known.Add(element, all);
        return all;
    }

    private Element? SchemaOf(PropertyValue value)
    {
        Element? found = value.Element;
        if (value.IsReference && scope.TryFindWithin(owner, value.Text, out Element? referred))
        {
            found = referred;
        }
        return found is not null && ClassTable.ComplexSchemas.Contains(found.Class) ? found : null;
    }

    private static Found Join(Found one, Found other) => new(Math.Max(one.Depth, other.Depth), one.ArrayName ?? other.ArrayName, one.Cycle ?? other.Cycle);
}
