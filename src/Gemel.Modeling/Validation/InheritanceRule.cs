namespace Gemel.Modeling;

/// <summary>No interface extends itself, the chain is not too long, names are unique in the hierarchy, and the hierarchy is
/// not too large.</summary>
internal static class InheritanceRule
{
    public static void Check(Element owner, ModelScope scope, ErrorList errors)
    {
        if (FindCycle(owner, scope) is { } cycle)
        {
            errors.Add(owner.One("extends")!.Node, ModelingErrors.InheritanceCycle.With(owner.Id, string.Join(" → ", cycle)));
            return;
        }
        int depth = DepthOf(owner, scope, [], ModelScope.MaxWalk);
        if (depth > owner.Version.MaxExtendsDepth)
        {
            string found = depth < ModelScope.MaxWalk ? $"{depth}" : $"{depth} or more";
            errors.Add(owner.Node, ModelingErrors.InheritanceTooDeep.With(owner.Id, found, owner.Version.MaxExtendsDepth));
            return;
        }
        List<Element> hierarchy = scope.HierarchyOf(owner);
        CheckNames(owner, hierarchy, errors);
        CheckCounts(owner, hierarchy, scope, errors);
    }

    /// <summary>The ids from the interface back to itself; null where there is no such way.</summary>
    private static List<string>? FindCycle(Element owner, ModelScope scope)
    {
        HashSet<Element> seen = [];
        List<string> path = [];
        return Reaches(owner) ? path : null;

        bool Reaches(Element element)
        {
            path.Add(element.Id ?? "");
            foreach (Element next in scope.BasesOf(element))
            {
                if (next == owner)
                {
                    path.Add(owner.Id ?? "");
                    return true;
                }
                if (path.Count < ModelScope.MaxWalk && seen.Add(next) && Reaches(next))
                {
                    return true;
                }
            }
            path.RemoveAt(path.Count - 1);
            return false;
        }
    }

    /// <summary>Longest chain of <c>extends</c>: 0 where nothing is extended.</summary>
    private static int DepthOf(Element element, ModelScope scope, Dictionary<Element, int> known, int levels)
    {
        if (levels == 0)
        {
            return 0;
        }
        if (known.TryGetValue(element, out int depth))
        {
            return depth;
        }
        known[element] = 0;
        foreach (Element next in scope.BasesOf(element))
        {
            depth = Math.Max(depth, 1 + DepthOf(next, scope, known, levels - 1));
        }
        return known[element] = depth;
    }

    private static void CheckNames(Element owner, List<Element> hierarchy, ErrorList errors)
    {
        Dictionary<string, Element> definedIn = new(StringComparer.Ordinal);
        foreach (Element member in hierarchy)
        {
            foreach (Element content in member.Children("contents").Where(c => c.Name.Length > 0))
            {
                if (!definedIn.TryAdd(content.Name, member) && definedIn[content.Name] != member)
                {
                    SourceNode place = member == owner ? content.Node : owner.One("extends")!.Node;
                    errors.Add(place, ModelingErrors.InheritedNameClash.With(content.Name, definedIn[content.Name].Id, member.Id, owner.Id));
                }
            }
        }
    }

    private static void CheckCounts(Element owner, List<Element> hierarchy, ModelScope scope, ErrorList errors)
    {
        Limit("interfaces", hierarchy.Count - 1, owner.Version.MaxExtendsInHierarchy);
        Limit("contents", hierarchy.Sum(i => i.Children("contents").Count()), owner.Version.MaxContents);
        if (owner.Version.MaxElements < DtdlVersion.Unlimited)
        {
            IEnumerable<Element> components = hierarchy.SelectMany(i => ComponentRule.InterfacesOf(i, scope)).SelectMany(scope.HierarchyOf);
            Limit("elements", hierarchy.Concat(components).Sum(i => ModelScope.Descendants(i).Count()), owner.Version.MaxElements);
        }

        void Limit(string what, int found, int most)
        {
            if (found > most)
            {
                errors.Add(owner.Node, ModelingErrors.TooManyElements.With(owner.Id, found, what, most));
            }
        }
    }
}
