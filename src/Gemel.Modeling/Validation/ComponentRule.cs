namespace Gemel.Modeling;

/// <summary>An interface that serves as component has no components itself, neither its own nor inherited ones.</summary>
internal static class ComponentRule
{
    public static void Check(Element owner, ModelScope scope, ErrorList errors)
    {
        foreach (Element component in ComponentsOf(owner))
        {
            if (component.One("schema") is { } schema && scope.TryFind(schema.Text, out Element? used))
            {
                Element? inner = scope.HierarchyOf(used).SelectMany(ComponentsOf).FirstOrDefault();
                if (inner is not null)
                {
                    errors.Add(schema.Node, ModelingErrors.ComponentInComponent.With(component.Name, schema.Text, inner.Name));
                }
            }
        }
    }

    public static IEnumerable<Element> ComponentsOf(Element element) => element.Children("contents").Where(c => c.Class == ElementClass.Component);

    /// <summary>The interfaces of an interface's own components, as far as they exist.</summary>
    public static IEnumerable<Element> InterfacesOf(Element element, ModelScope scope)
    {
        foreach (Element component in ComponentsOf(element))
        {
            if (component.One("schema") is { } schema && scope.TryFind(schema.Text, out Element? used))
            {
                yield return used;
            }
        }
    }
}
