namespace Gemel.Modeling;

/// <summary>Semantic types have a unit of their quantity and stand on a schema that can hold it.</summary>
internal static class SemanticTypeRule
{
    public static void Check(Element owner, ModelScope scope, ErrorList errors)
    {
        foreach (Element element in ModelScope.Descendants(owner).Where(e => e.CoTypes.Count > 0))
        {
            CheckUnit(element, errors);
            foreach (CoType type in element.CoTypes.Where(t => t.Need != SchemaNeed.Nothing))
            {
                CheckSchema(owner, element, type, scope, errors);
            }
        }
    }

    private static void CheckUnit(Element element, ErrorList errors)
    {
        CoType[] withUnit = [.. element.CoTypes.Where(t => t.Quantity is not null)];
        if (withUnit.Length > 1)
        {
            errors.Add(element.Node.Find("@type")!, ModelingErrors.SeveralSemanticTypes.With(withUnit[0].Name, withUnit[1].Name));
        }
        else if (withUnit is [var type] && element.Unit is { } unit && Units.QuantityOf(unit) != type.Quantity)
        {
            SourceNode node = element.One("unit")!.Node;
            errors.Add(node, ModelingErrors.UnknownUnit.With(node.Text, type.Name, string.Join(", ", Units.OfQuantity(type.Quantity!))));
        }
    }

    private static void CheckSchema(Element owner, Element element, CoType type, ModelScope scope, ErrorList errors)
    {
        if (element.One("schema") is not { } value)
        {
            return;
        }
        Element? complex = value.Element ?? (value.IsReference && scope.TryFindWithin(owner, value.Text, out Element? found) ? found : null);
        if (complex is null && value.Standard is null)
        {
            return;
        }
        (bool fits, string needed) = type.Need switch
        {
            SchemaNeed.Number => (value.Standard is { IsNumber: true }, "double, float, integer or long"),
            SchemaNeed.NumberOrText => (value.Standard is { } s && (s.IsNumber || s.IsText), "a number or string"),
            SchemaNeed.Enum => (complex?.Class == ElementClass.Enum, "an Enum"),
            SchemaNeed.Map => (complex?.Class == ElementClass.Map, "a Map"),
            SchemaNeed.Object => (complex?.Class == ElementClass.Object, "an Object"),
            SchemaNeed.Location => (value.Standard is { IsGeospatial: true } or { Name: "geopoint" }, "geopoint or a geospatial schema"),
            _ => (value.Standard is { Name: "vector" }, "vector"),
        };
        if (!fits)
        {
            errors.Add(value.Node, ModelingErrors.NeedsNumber.With(type.Name, needed));
        }
    }
}
