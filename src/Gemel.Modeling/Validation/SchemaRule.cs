namespace Gemel.Modeling;

/// <summary>References to schemas stay within the interface and hit a schema; schemas are neither too deep nor recursive; in
/// version 2 a Property holds no array.</summary>
internal static class SchemaRule
{
    private static readonly string[] SchemaProperties = ["schema", "elementSchema"];

    public static void Check(Element owner, ModelScope scope, ErrorList errors)
    {
        foreach (Element element in ModelScope.Descendants(owner).Where(e => e.Class != ElementClass.Component))
        {
            foreach (PropertyValue value in SchemaProperties.SelectMany(element.All).Where(v => v.IsReference))
            {
                CheckReference(owner, value, scope, errors);
            }
            bool isOutermost = !ClassTable.ComplexSchemas.Contains(element.Class)
                && element.Class is not (ElementClass.Field or ElementClass.MapKey or ElementClass.MapValue or ElementClass.EnumValue);
            if (isOutermost || owner.Children("schemas").Contains(element))
            {
                CheckDepth(owner, element, scope, errors);
            }
        }
    }

    private static void CheckReference(Element owner, PropertyValue value, ModelScope scope, ErrorList errors)
    {
        string property = value.Node.Pointer[(value.Node.Pointer.LastIndexOf('/') + 1)..];
        if (scope.TryFindWithin(owner, value.Text, out Element? found))
        {
            if (!ClassTable.ComplexSchemas.Contains(found.Class))
            {
                errors.Add(value.Node, ModelingErrors.NotASchema.With(property, value.Text, found.Describe(), "a schema"));
            }
            return;
        }
        if (scope.TryFind(value.Text, out Element? model))
        {
            errors.Add(value.Node, ModelingErrors.NotASchema.With(property, value.Text, model.Describe(), "a schema"));
        }
        else if (scope.New.Exists(other => scope.TryFindWithin(other, value.Text, out _)))
        {
            errors.Add(value.Node, ModelingErrors.ForeignSchema.With(property, value.Text));
        }
        else if (!scope.HasUnreadable)
        {
            errors.Add(value.Node, ModelingErrors.UnresolvedReference.With(property, value.Text));
        }
    }

    private static void CheckDepth(Element owner, Element start, ModelScope scope, ErrorList errors)
    {
        bool refusesArrays = start.Class == ElementClass.Property && !start.Version.AllowsArraysInProperties;
        bool reported = false;
        int own = ClassTable.ComplexSchemas.Contains(start.Class) ? 1 : 0;
        int depth = Visit(start, own, own == 1 ? [start] : []);
        if (depth > owner.Version.MaxSchemaDepth && !reported)
        {
            errors.Add(start.Node, ModelingErrors.SchemaTooDeep.With(depth, owner.Version.MaxSchemaDepth));
        }

        // The depth reached below an element that lies at the given depth of complex schemas.
        int Visit(Element element, int level, List<Element> path)
        {
            int deepest = level;
            foreach (PropertyValue value in SchemaProperties.SelectMany(element.All))
            {
                if (value.Standard is { IsGeospatial: true } geospatial && refusesArrays)
                {
                    Report(value.Node, ModelingErrors.ArrayInProperty.With(geospatial.Name));
                }
                Element? next = value.Element ?? (value.IsReference && scope.TryFindWithin(owner, value.Text, out Element? found) ? found : null);
                if (next is null || !ClassTable.ComplexSchemas.Contains(next.Class))
                {
                    continue;
                }
                if (path.Contains(next))
                {
                    Report(value.Node, ModelingErrors.SchemaCycle.With(next.Id ?? next.Describe()));
                    continue;
                }
                if (refusesArrays && next.Class == ElementClass.Array)
                {
                    Report(value.Node, ModelingErrors.ArrayInProperty.With(next.Describe()));
                }
                path.Add(next);
                deepest = Math.Max(deepest, level > owner.Version.MaxSchemaDepth ? level + 1 : Visit(next, level + 1, path));
                path.Remove(next);
            }
            foreach (Element part in element.Children("fields").Concat(element.Children("mapValue")))
            {
                deepest = Math.Max(deepest, Visit(part, level, path));
            }
            return deepest;
        }

        void Report(SourceNode node, GemelError error)
        {
            if (!reported)
            {
                errors.Add(node, error);
                reported = true;
            }
        }
    }
}
