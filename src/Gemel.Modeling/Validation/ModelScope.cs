using System.Diagnostics.CodeAnalysis;

namespace Gemel.Modeling;

/// <summary>All interfaces that an upload can see: the new ones, and the stored ones, which are read when asked for.</summary>
/// <param name="readStored">Reads a stored interface by its id; null where there is none.</param>
internal sealed class ModelScope(Func<string, Element?> readStored)
{
    /// <summary>Longest chain of <c>extends</c> that is walked; every version allows less, so what lies beyond is reported as too deep.</summary>
    public const int MaxWalk = 32;

    private readonly Dictionary<string, Element> _new = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Element?> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<Element, Dictionary<string, Element>> _elementsById = [];

    /// <summary>A document, or an interface of it, could not be read, so a missing reference may be its fault.</summary>
    public bool HasUnreadable { get; set; }

    /// <summary>In the order given.</summary>
    public List<Element> New { get; } = [];

    public void Add(Element element)
    {
        New.Add(element);
        if (element.Id is { } id)
        {
            _new.TryAdd(id, element);
        }
    }

    public bool TryFind(string id, [MaybeNullWhen(false)] out Element element)
    {
        if (_new.TryGetValue(id, out element))
        {
            return true;
        }
        if (!_stored.TryGetValue(id, out element))
        {
            element = readStored(id);
            _stored.Add(id, element);
        }
        return element is not null;
    }

    /// <summary>The interfaces that one extends directly and that exist.</summary>
    public IEnumerable<Element> BasesOf(Element element)
    {
        foreach (PropertyValue value in element.All("extends"))
        {
            if (TryFind(value.Text, out Element? found))
            {
                yield return found;
            }
        }
    }

    /// <summary>The interface and all it extends, each once, a base before what extends it. Cycles, and chains beyond
    /// <see cref="MaxWalk"/>, are cut.</summary>
    public List<Element> HierarchyOf(Element element)
    {
        List<Element> order = [];
        Visit(element, [], order, MaxWalk);
        return order;
    }

    /// <summary>The element with that <c>@id</c> within one interface.</summary>
    public bool TryFindWithin(Element owner, string id, [MaybeNullWhen(false)] out Element element)
    {
        if (!_elementsById.TryGetValue(owner, out Dictionary<string, Element>? byId))
        {
            byId = new Dictionary<string, Element>(StringComparer.Ordinal);
            foreach (Element child in Descendants(owner).Where(c => c.Id is not null))
            {
                byId.TryAdd(child.Id!, child);
            }
            _elementsById.Add(owner, byId);
        }
        return byId.TryGetValue(id, out element);
    }

    public static IEnumerable<Element> Descendants(Element element)
    {
        Stack<Element> open = new(element.AllChildren.Reverse());
        while (open.TryPop(out Element? next))
        {
            yield return next;
            foreach (Element child in next.AllChildren.Reverse())
            {
                open.Push(child);
            }
        }
    }

    private void Visit(Element element, HashSet<Element> seen, List<Element> order, int levels)
    {
        if (levels >= 0 && seen.Add(element))
        {
            foreach (Element child in BasesOf(element))
            {
                Visit(child, seen, order, levels - 1);
            }
            order.Add(element);
        }
    }
}
