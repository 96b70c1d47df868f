namespace Gemel.Modeling;

/// <summary>What an interface extends or uses as component exists, and is of no newer DTDL version.</summary>
internal static class ReferenceRule
{
    public static void Check(Element owner, ModelScope scope, ErrorList errors)
    {
        foreach (PropertyValue value in owner.All("extends"))
        {
            CheckOne(owner, value, "extends", scope, errors);
        }
        foreach (Element component in owner.Children("contents").Where(c => c.Class == ElementClass.Component))
        {
            if (component.One("schema") is { } value)
            {
                CheckOne(component, value, $"{component.Name}.schema", scope, errors);
            }
        }
    }

    private static void CheckOne(Element referrer, PropertyValue value, string property, ModelScope scope, ErrorList errors)
    {
        if (!scope.TryFind(value.Text, out Element? found))
        {
            if (!scope.HasUnreadable)
            {
                errors.Add(value.Node, ModelingErrors.UnresolvedReference.With(property, value.Text));
            }
        }
        else if (found.Version.Number > referrer.Version.Number)
        {
            errors.Add(value.Node, ModelingErrors.NewerVersion.With(property, referrer.Version.Number, value.Text, found.Version.Number));
        }
    }
}
