namespace Gemel.Modeling;

/// <summary>Every <c>@id</c> is given once.</summary>
internal static class UniqueIdRule
{
    public static void Check(ModelScope scope, ErrorList errors)
    {
        Dictionary<string, Element> first = new(StringComparer.Ordinal);
        foreach (Element element in scope.New.SelectMany(i => ModelScope.Descendants(i).Prepend(i)))
        {
            if (element.Id is { } id && !first.TryAdd(id, element))
            {
                errors.Add(element.Node.Find("@id") ?? element.Node, ModelingErrors.DuplicateId.With(id, first[id].Node.Position));
            }
        }
    }
}
