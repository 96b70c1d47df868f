namespace Gemel.Modeling;

/// <summary>An interface's id is given once, and within one interface every <c>@id</c> is.</summary>
/// <remarks>Elements of different interfaces may share an id, as versions of a device model often do: nothing refers to an
/// element from outside its interface, and the verdict must not depend on whether two models come in one upload or in two.</remarks>
internal static class UniqueIdRule
{
    public static void Check(ModelScope scope, ErrorList errors)
    {
        Dictionary<string, Element> interfaces = new(StringComparer.Ordinal);
        foreach (Element model in scope.New)
        {
            CheckOne(model, interfaces, errors);
        }
        foreach (Element model in scope.New)
        {
            Dictionary<string, Element> within = new(StringComparer.Ordinal);
            foreach (Element element in ModelScope.Descendants(model))
            {
                CheckOne(element, interfaces.ContainsKey(element.Id ?? "") ? interfaces : within, errors);
            }
        }
    }

    private static void CheckOne(Element element, Dictionary<string, Element> first, ErrorList errors)
    {
        if (element.Id is { } id && !first.TryAdd(id, element))
        {
            errors.Add(element.Node.Find("@id")!, ModelingErrors.DuplicateId.With(id, first[id].Node.Position));
        }
    }
}
