namespace Gemel.Modeling;

/// <summary>Reads <c>@type</c>: one DTDL class, and co-types.</summary>
internal sealed class TypeReader(ErrorList errors)
{
    /// <summary>The class of the element and the other types.</summary>
    /// <param name="node">The element.</param>
    /// <param name="context">Its context.</param>
    /// <param name="allowed">Classes that may stand here.</param>
    /// <param name="infers">Where one class is allowed, the type may be absent.</param>
    /// <param name="others">Types that are not DTDL classes.</param>
    /// <returns>null where there is no usable class; the error is in the list.</returns>
    public ElementClass? Read(SourceNode node, DtdlContext context, IReadOnlyList<ElementClass> allowed, bool infers, out List<SourceNode> others)
    {
        others = [];
        List<ElementClass> classes = [];
        SourceNode? type = node.Find("@type");
        bool readable = type is null || type.IsString || (type.Kind == SourceKind.Array && type.Items.Count > 0 && type.Items.TrueForAll(i => i.IsString));
        if (!readable)
        {
            errors.Add(type!, ModelingErrors.InvalidType.With(type!.Describe()));
            return null;
        }
        foreach (SourceNode item in type?.AsList() ?? [])
        {
            if (!TryClass(item.Text, context, out ElementClass found))
            {
                others.Add(item);
            }
            else if (!classes.Contains(found))
            {
                classes.Add(found);
            }
        }
        return Choose(node, type, classes, allowed, infers);
    }

    /// <summary>Sorts the other types into known co-types, which must fit the class, and unknown ones.</summary>
    public void ReadCoTypes(Element element, List<SourceNode> others)
    {
        foreach (SourceNode node in others)
        {
            CoType? coType = Extensions.Find(node.Text, element.Context);
            element.CoTypeNames.Add(coType?.Name ?? node.Text);
            if (coType is null)
            {
                if (!TermCheck.TakesType(node.Text, element.Context))
                {
                    errors.Add(node, ModelingErrors.UndefinedType.With(node.Text, element.Version.Number));
                }
            }
            else if (!coType.Classes.Contains(element.Class) || !coType.Versions.Contains(element.Version.Number))
            {
                errors.Add(node, ModelingErrors.CoTypeNotAllowed.With(coType.Name, element.Class, element.Version.Number, string.Join(", ", coType.Classes)));
            }
            else if (!element.CoTypes.Contains(coType))
            {
                element.CoTypes.Add(coType);
            }
        }
    }

    private ElementClass? Choose(SourceNode node, SourceNode? type, List<ElementClass> classes, IReadOnlyList<ElementClass> allowed, bool infers)
    {
        if (classes.Count > 1)
        {
            errors.Add(type!, ModelingErrors.SeveralTypes.With(string.Join(", ", classes)));
            return null;
        }
        if (classes.Count == 1)
        {
            if (allowed.Contains(classes[0]))
            {
                return classes[0];
            }
            errors.Add(type!, allowed.Contains(ElementClass.Interface)
                ? ModelingErrors.NotAnInterface.With(classes[0])
                : ModelingErrors.WrongType.With(classes[0], string.Join(", ", allowed)));
            return null;
        }
        if (infers && type is null)
        {
            return allowed[0];
        }
        errors.Add(type ?? node, ModelingErrors.MissingType.With(string.Join(", ", allowed)));
        return null;
    }

    private static bool TryClass(string text, DtdlContext context, out ElementClass elementClass)
    {
        const string prefix = "dtmi:dtdl:class:";
        string suffix = $";{context.Version.Number}";
        bool isDtmi = text.StartsWith(prefix, StringComparison.Ordinal) && text.EndsWith(suffix, StringComparison.Ordinal);
        string term = isDtmi ? text[prefix.Length..^suffix.Length] : text;
        return ClassTable.TryFindClass(term, context.Version, out elementClass);
    }
}
