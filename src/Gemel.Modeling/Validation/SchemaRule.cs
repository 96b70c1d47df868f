namespace Gemel.Modeling;

/// <summary>References to schemas stay within the interface and hit a schema; schemas are neither too deep nor recursive; in
/// version 2 a Property holds no array.</summary>
internal static class SchemaRule
{
    public static void Check(Element owner, ModelScope scope, ErrorList errors)
    {
        SchemaShape shape = new(owner, scope);
        HashSet<Element> reusable = [.. owner.Children("schemas")];
        foreach (Element element in ModelScope.Descendants(owner).Where(e => e.Class != ElementClass.Component))
        {
            foreach (PropertyValue value in SchemaShape.ValuesOf(element).Where(v => v.IsReference))
            {
                CheckReference(owner, value, scope, errors);
            }
            if (HoldsSchema(element) || reusable.Contains(element))
            {
                CheckShape(owner, element, shape, errors);
            }
        }
    }

    /// <summary>The element is where a value's schema begins, not a part of a schema.</summary>
    private static bool HoldsSchema(Element element) => element.Class
        is ElementClass.Property or ElementClass.Telemetry or ElementClass.CommandPayload or ElementClass.CommandRequest or ElementClass.CommandResponse;

    private static void CheckShape(Element owner, Element start, SchemaShape shape, ErrorList errors)
    {
        SchemaShape.Found found = shape.Of(start);
        if (found.Cycle is { } cycle)
        {
            errors.Add(start.Node, ModelingErrors.SchemaCycle.With(cycle.Id ?? cycle.Describe()));
        }
        else if (found.Depth > owner.Version.MaxSchemaDepth)
        {
            errors.Add(start.Node, ModelingErrors.SchemaTooDeep.With(found.Depth, owner.Version.MaxSchemaDepth));
        }
        if (start.Class == ElementClass.Property && !start.Version.AllowsArraysInProperties && found.ArrayName is { } array)
        {
            errors.Add(start.One("schema")!.Node, ModelingErrors.ArrayInProperty.With(array));
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
}
