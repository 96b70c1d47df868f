namespace Gemel.Modeling;

/// <summary>Turns JSON nodes into <see cref="Element"/>s by the tables of the metamodel, and checks every rule that one
/// element can be checked for alone.</summary>
internal sealed class ElementReader
{
    private static readonly IReadOnlyList<ElementClass> OnlyInterface = [ElementClass.Interface];

    private readonly ErrorList _errors;
    private readonly ContextReader _contexts;
    private readonly TypeReader _types;
    private readonly LiteralReader _literals;

    public ElementReader(ErrorList errors, UnknownExtensions unknownExtensions)
    {
        _errors = errors;
        _contexts = new ContextReader(errors, unknownExtensions);
        _types = new TypeReader(errors);
        _literals = new LiteralReader(errors);
    }

    /// <summary>Reads one top-level object.</summary>
    /// <returns>null where it is no interface at all; the errors are in the list.</returns>
    public Element? ReadInterface(SourceNode node)
    {
        if (node.Kind != SourceKind.Object)
        {
            _errors.Add(node, ModelingErrors.NotAnObject.With(node.Describe()));
            return null;
        }
        if (node.End - node.Start > DtdlVersion.MaxInterfaceBytes)
        {
            _errors.Add(node, ModelingErrors.ModelTooLarge.With(node.End - node.Start, DtdlVersion.MaxInterfaceBytes));
            return null;
        }
        return _contexts.Read(node, outer: null) is { } context ? ReadElement(node, context, OnlyInterface, infers: false, needsId: true) : null;
    }

    private Element? ReadElement(SourceNode node, DtdlContext context, IReadOnlyList<ElementClass> allowed, bool infers, bool needsId)
    {
        if (_types.Read(node, context, allowed, infers, out List<SourceNode> others) is not { } elementClass)
        {
            return null;
        }
        Element element = new() { Class = elementClass, Context = context, Node = node };
        _types.ReadCoTypes(element, others);
        element.Id = ReadId(element, needsId);
        ReadMembers(element);
        CheckNames(element);
        return element;
    }

    private string? ReadId(Element element, bool needsId)
    {
        SourceNode? node = element.Node.Find("@id");
        if (node is null)
        {
            if (needsId)
            {
                _errors.Add(element.Node, ModelingErrors.MissingId.With());
            }
            return null;
        }
        int maxLength = element.Class == ElementClass.Interface ? DtdlVersion.MaxInterfaceIdLength : DtdlVersion.MaxIdLength;
        if (!node.IsString || !Dtmi.IsValid(node.Text, element.Version.NeedsIdVersion))
        {
            _errors.Add(node, ModelingErrors.InvalidId.With(node.IsString ? node.Text : node.Describe(), element.Version.Number));
        }
        else if (Dtmi.IsReserved(node.Text, element.Context))
        {
            _errors.Add(node, ModelingErrors.ReservedId.With(node.Text));
        }
        else if (node.Text.Length > maxLength)
        {
            _errors.Add(node, ModelingErrors.IdTooLong.With(node.Text, node.Text.Length, maxLength));
        }
        return node.IsString ? node.Text : null;
    }

    private void ReadMembers(Element element)
    {
        IReadOnlyDictionary<string, PropertyRule> rules = ClassTable.PropertiesOf(element.Class);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (SourceMember member in element.Node.Members)
        {
            if (member.Key.StartsWith('@'))
            {
                CheckKeyword(element, member);
                continue;
            }
            string term = ClassTermOf(member.Key, element.Version);
            if (rules.TryGetValue(term, out PropertyRule? rule) && rule.Since <= element.Version.Number)
            {
                if (seen.Add(term))
                {
                    ReadProperty(element, rule, member);
                }
                else
                {
                    _errors.Add(element.Node, member, ModelingErrors.PropertyTwice.With(term));
                }
                continue;
            }
            string added = Extensions.PropertyTerm(member.Key);
            if (element.CoTypes.Exists(t => t.HasProperty(added)))
            {
                if (!seen.Add(added))
                {
                    _errors.Add(element.Node, member, ModelingErrors.PropertyTwice.With(added));
                }
                ReadCoTypeProperty(element, added, member);
            }
            else
            {
                RefuseUndefined(element, member);
            }
        }
        element.Name = element.One("name")?.Text ?? "";
        CheckRequired(element, rules, seen);
    }

    private void CheckKeyword(Element element, SourceMember member)
    {
        bool meaningful = member.Key is "@context" or "@id" or "@type";
        if (!meaningful && (member.Key == "@graph" || element.Version.RefusesKeywords))
        {
            _errors.Add(element.Node, member, ModelingErrors.KeywordNotAllowed.With(member.Key));
        }
    }

    private void ReadCoTypeProperty(Element element, string term, SourceMember member)
    {
        if (term == CoType.Interval)
        {
            ReadInterval(element, member.Value);
        }
        else if (term != "unit")
        {
            element.Set(term, [new PropertyValue(member.Value) { Text = member.Value.Text }]);
        }
        else if (member.Value.AsList() is [{ IsString: true } unit])
        {
            element.Unit = Extensions.PropertyTerm(unit.Text.StartsWith("dtmi:standard:unit:", StringComparison.Ordinal)
                ? unit.Text["dtmi:standard:unit:".Length..].Split(';')[0]
                : unit.Text);
            element.Set(term, [new PropertyValue(unit) { Text = unit.Text }]);
        }
        else
        {
            _errors.Add(member.Value, ModelingErrors.WrongForm.With(term, "the name of one unit", member.Value.Describe()));
        }
    }

    private void ReadInterval(Element element, SourceNode node)
    {
        if (node.IsString && IsoDuration.TryParse(node.Text, out TimeSpan interval))
        {
            element.Interval = interval;
        }
        else
        {
            _errors.Add(node, ModelingErrors.WrongForm.With(CoType.Interval, "an ISO 8601 duration without years and months, such as PT10S", node.Describe()));
        }
    }

    private void RefuseUndefined(Element element, SourceMember member)
    {
        bool hasUnknownType = element.CoTypeNames.Count > element.CoTypes.Count;
        if (member.Key == "unit" && element.CoTypes.Count == 0 && !hasUnknownType)
        {
            _errors.Add(element.Node, member, ModelingErrors.UnitWithoutType.With());
        }
        else if (!TermCheck.TakesProperty(member.Key, element.Context, hasUnknownType))
        {
            _errors.Add(element.Node, member, ModelingErrors.UndefinedProperty.With(member.Key, element.Class, element.Version.Number));
        }
    }

    private void CheckRequired(Element element, IReadOnlyDictionary<string, PropertyRule> rules, HashSet<string> seen)
    {
        foreach (PropertyRule rule in rules.Values)
        {
            int least = rule.MinCount(element.Version);
            if (rule.IsRequired && !seen.Contains(rule.Name))
            {
                _errors.Add(element.Node, ModelingErrors.MissingProperty.With(element.Describe(), rule.Name));
            }
            else if (least > 0 && (element.Node.Find(rule.Name)?.AsList().Count ?? element.All(rule.Name).Count) < least)
            {
                _errors.Add(element.Node, ModelingErrors.TooFewValues.With(rule.Name, 0, least));
            }
        }
        foreach (string name in element.CoTypes.SelectMany(t => t.RequiredProperties).Where(name => !seen.Contains(name)))
        {
            _errors.Add(element.Node, ModelingErrors.MissingProperty.With(element.Describe(), name));
        }
        if (element.CoTypes.Find(t => t is { Quantity: not null, UnitIsOptional: false }) is not null && !seen.Contains("unit"))
        {
            _errors.Add(element.Node, ModelingErrors.MissingProperty.With(element.Describe(), "unit"));
        }
    }

    private void ReadProperty(Element element, PropertyRule rule, SourceMember member)
    {
        if (rule.Form == ValueForm.LanguageText)
        {
            ReadLanguageText(element, rule, member.Value);
            return;
        }
        IReadOnlyList<SourceNode> nodes = member.Value.AsList();
        int most = rule.MaxCount(element.Version);
        if (nodes.Count > most)
        {
            _errors.Add(element.Node, member, ModelingErrors.TooManyValues.With(rule.Name, nodes.Count, most));
        }
        if (nodes.Count == 0 && rule.IsRequired)
        {
            _errors.Add(element.Node, member, ModelingErrors.TooFewValues.With(rule.Name, 0, 1));
        }
        List<PropertyValue> values = new(nodes.Count);
        foreach (SourceNode node in nodes.Take(most))
        {
            PropertyValue? value = rule.Form switch
            {
                ValueForm.Element => ReadChild(element, rule, node),
                ValueForm.Schema when node.Kind == SourceKind.Object => ReadChild(element, rule, node),
                _ => _literals.Read(element, rule, node),
            };
            if (value is not null)
            {
                values.Add(value);
            }
        }
        element.Set(rule.Name, values);
    }

    private void ReadLanguageText(Element element, PropertyRule rule, SourceNode node)
    {
        var texts = _literals.ReadLanguageText(rule.Name, node, rule.MaxLength(element.Version));
        if (rule.Name == "displayName")
        {
            element.DisplayName = texts;
        }
        else
        {
            element.Description = texts;
        }
    }

    private PropertyValue? ReadChild(Element parent, PropertyRule rule, SourceNode node)
    {
        if (node.IsString && Dtmi.IsValid(node.Text, parent.Version.NeedsIdVersion))
        {
            _errors.Add(node, ModelingErrors.ReferenceNotAllowed.With(rule.Name, node.Text));
            return null;
        }
        if (node.Kind != SourceKind.Object)
        {
            _errors.Add(node, ModelingErrors.WrongForm.With(rule.Name, "an object", node.Describe()));
            return null;
        }
        if (node.Members.Count == 1 && node.Find("@id") is { } only)
        {
            _errors.Add(node, ModelingErrors.ReferenceNotAllowed.With(rule.Name, only.Text));
            return null;
        }
        if (_contexts.Read(node, parent.Context) is not { } context)
        {
            return null;
        }
        if (context.Version.Number > parent.Version.Number || (rule.Name == "schemas" && context.Version != parent.Version))
        {
            _errors.Add(node, ModelingErrors.VersionNotAllowedHere.With(context.Version.Number, rule.Name, parent.Version.Number));
            return null;
        }
        Element? child = ReadElement(node, context, rule.Classes(context.Version), rule.InfersClass, rule.NeedsId);
        return child is null ? null : new PropertyValue(node) { Element = child };
    }

    /// <summary>Names must be unique among the elements of one property.</summary>
    private void CheckNames(Element element)
    {
        foreach (PropertyRule rule in ClassTable.PropertiesOf(element.Class).Values.Where(r => r.UniqueBy is not null))
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (Element child in element.Children(rule.Name).Where(c => c.Name.Length > 0 && !names.Add(c.Name)))
            {
                _errors.Add(child.Node, ModelingErrors.DuplicateName.With(child.Name, rule.Name));
            }
        }
    }

    /// <summary>The term of a language property that may be given as <c>dtmi:dtdl:property:name;2</c>.</summary>
    private static string ClassTermOf(string key, DtdlVersion version)
    {
        const string prefix = "dtmi:dtdl:property:";
        string suffix = $";{version.Number}";
        return key.StartsWith(prefix, StringComparison.Ordinal) && key.EndsWith(suffix, StringComparison.Ordinal) ? key[prefix.Length..^suffix.Length] : key;
    }
}
