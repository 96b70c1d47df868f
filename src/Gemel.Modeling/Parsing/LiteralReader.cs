using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gemel.Modeling;

/// <summary>Reads values that are not elements: texts, numbers, booleans, terms, references.</summary>
internal sealed partial class LiteralReader(ErrorList errors)
{
    /// <returns>null where the value does not fit; the error is in the list.</returns>
    public PropertyValue? Read(Element element, PropertyRule rule, SourceNode node) => rule.Form switch
    {
        ValueForm.Text => ReadText(element, rule, node),
        ValueForm.Boolean => ReadBoolean(element, rule, node),
        ValueForm.Integer => ReadInteger(element, rule, node),
        ValueForm.EnumLiteral => ReadEnumLiteral(element, rule, node),
        ValueForm.Target => ReadReference(element, rule, node),
        ValueForm.Interface => ReadReference(element, rule, node),
        ValueForm.Term => ReadTerm(element, rule, node),
        _ => ReadSchema(element, rule, node),
    };

    public ImmutableSortedDictionary<string, string> ReadLanguageText(string property, SourceNode node, int maxLength)
    {
        ImmutableSortedDictionary<string, string>.Builder texts = LanguageText.Empty.ToBuilder();
        bool isList = node.Kind == SourceKind.Array;
        foreach (SourceNode item in node.AsList())
        {
            if (item.IsString)
            {
                AddText(texts, property, LanguageText.DefaultLanguage, item, maxLength);
            }
            else if (item.Kind != SourceKind.Object || (isList && item.Find("@value") is null))
            {
                errors.Add(item, ModelingErrors.WrongForm.With(property, "a string, or strings by language", item.Describe()));
            }
            else if (isList && item.Find("@value") is { } value)
            {
                AddText(texts, property, item.Find("@language")?.Text ?? LanguageText.DefaultLanguage, value, maxLength);
            }
            else
            {
                foreach (SourceMember member in item.Members)
                {
                    AddText(texts, property, member.Key, member.Value, maxLength);
                }
            }
        }
        return texts.ToImmutable();
    }

    private void AddText(ImmutableSortedDictionary<string, string>.Builder texts, string property, string language, SourceNode node, int maxLength)
    {
        if (!LanguageCode().IsMatch(language))
        {
            errors.Add(node, ModelingErrors.InvalidLanguage.With(language));
        }
        else if (!node.IsString)
        {
            errors.Add(node, ModelingErrors.WrongForm.With(property, "a string", node.Describe()));
        }
        else if (node.Text.Length > maxLength)
        {
            errors.Add(node, ModelingErrors.TextTooLong.With(property, node.Text.Length, maxLength));
        }
        else if (!texts.TryAdd(language, node.Text))
        {
            errors.Add(node, ModelingErrors.DuplicateName.With(language, property));
        }
    }

    private PropertyValue? ReadText(Element element, PropertyRule rule, SourceNode node)
    {
        SourceNode value = Unwrap(node, element.Version, "string");
        int most = rule.MaxLength(element.Version);
        if (!value.IsString)
        {
            errors.Add(value, ModelingErrors.WrongForm.With(rule.Name, "a string", value.Describe()));
        }
        else if (value.Text.Length > most)
        {
            errors.Add(value, ModelingErrors.TextTooLong.With(rule.Name, value.Text.Length, most));
        }
        else if (rule.IsName && !Dtmi.IsName(value.Text))
        {
            errors.Add(value, ModelingErrors.InvalidName.With(value.Text));
        }
        else
        {
            return new PropertyValue(value) { Text = value.Text };
        }
        return null;
    }

    private PropertyValue? ReadBoolean(Element element, PropertyRule rule, SourceNode node)
    {
        SourceNode value = Unwrap(node, element.Version, "boolean");
        if (value.Kind == SourceKind.Boolean)
        {
            return new PropertyValue(value) { Text = value.Text, Number = value.Text == "true" ? 1 : 0 };
        }
        errors.Add(value, ModelingErrors.WrongForm.With(rule.Name, "true or false", value.Describe()));
        return null;
    }

    private PropertyValue? ReadInteger(Element element, PropertyRule rule, SourceNode node)
    {
        SourceNode value = Unwrap(node, element.Version, "integer");
        if (value.Kind != SourceKind.Number || !TryInteger(value.Text, out long number))
        {
            errors.Add(value, ModelingErrors.WrongForm.With(rule.Name, "an integer", value.Describe()));
            return null;
        }
        (long min, long max) = rule.Range(element.Version);
        if (number < min || number > max)
        {
            string allowed = min == max ? $"{min}" : max == DtdlVersion.Unlimited ? $"{min} or more" : $"{min} to {max}";
            errors.Add(value, ModelingErrors.NumberOutOfRange.With(rule.Name, number, allowed));
            return null;
        }
        return new PropertyValue(value) { Number = number };
    }

    private PropertyValue? ReadEnumLiteral(Element element, PropertyRule rule, SourceNode node)
    {
        SourceNode value = Unwrap(node, element.Version, node.Find("@value") is { IsString: true } ? "string" : "integer");
        if (value.IsString)
        {
            return new PropertyValue(value) { Text = value.Text };
        }
        if (value.Kind == SourceKind.Number && TryInteger(value.Text, out long number) && number is >= int.MinValue and <= int.MaxValue)
        {
            return new PropertyValue(value) { Text = number.ToString(CultureInfo.InvariantCulture), Number = number };
        }
        errors.Add(value, ModelingErrors.WrongForm.With(rule.Name, "a string or an integer of 32 bits", value.Describe()));
        return null;
    }

    private PropertyValue? ReadReference(Element element, PropertyRule rule, SourceNode node)
    {
        if (node.Kind == SourceKind.Object)
        {
            bool onlyId = node.Members.Count == 1 && node.Find("@id") is not null;
            errors.Add(node, onlyId
                ? ModelingErrors.WrongForm.With(rule.Name, "the DTMI itself, as a string", "an object with nothing but '@id'")
                : ModelingErrors.InlineInterface.With(rule.Name));
        }
        else if (!node.IsString)
        {
            errors.Add(node, ModelingErrors.WrongForm.With(rule.Name, "the DTMI of an interface", node.Describe()));
        }
        else if (!Dtmi.IsValid(node.Text, element.Version.NeedsIdVersion) || Dtmi.IsReserved(node.Text, element.Context))
        {
            errors.Add(node, ModelingErrors.InvalidId.With(node.Text, element.Version.Number));
        }
        else
        {
            return new PropertyValue(node) { Text = node.Text, IsReference = true };
        }
        return null;
    }

    private PropertyValue? ReadTerm(Element element, PropertyRule rule, SourceNode node)
    {
        string term = node.Text;
        if (term.StartsWith("dtmi:dtdl:instance:CommandType:", StringComparison.Ordinal) && term.EndsWith($";{element.Version.Number}", StringComparison.Ordinal))
        {
            term = Extensions.PropertyTerm(term);
        }
        else if (StandardSchemas.Find(term, element.Context) is { } standard)
        {
            term = standard.Name;
        }
        if (node.IsString && rule.Terms.Contains(term))
        {
            return new PropertyValue(node) { Text = term };
        }
        errors.Add(node, ModelingErrors.WrongForm.With(rule.Name, string.Join(" or ", rule.Terms.Select(t => $"'{t}'")), node.Describe()));
        return null;
    }

    private PropertyValue? ReadSchema(Element element, PropertyRule rule, SourceNode node)
    {
        if (node.IsString && StandardSchemas.Find(node.Text, element.Context) is { } standard)
        {
            if (standard.Schema is null)
            {
                errors.Add(node, ModelingErrors.SchemaNotSupported.With(standard.Name));
                return null;
            }
            return new PropertyValue(node) { Text = standard.Name, Standard = standard };
        }
        if (node.IsString && Dtmi.IsValid(node.Text, element.Version.NeedsIdVersion) && !Dtmi.IsReserved(node.Text, element.Context))
        {
            return new PropertyValue(node) { Text = node.Text, IsReference = true };
        }
        errors.Add(node, ModelingErrors.WrongForm.With(rule.Name, $"a schema such as 'double', the DTMI of one, or an inline one of {string.Join(", ", ClassTable.ComplexSchemas)}", node.Describe()));
        return null;
    }

    /// <summary>The content of a JSON-LD value object <c>{"@value": …, "@type": "xsd:…"}</c>, or the node itself.</summary>
    private static SourceNode Unwrap(SourceNode node, DtdlVersion version, string type)
    {
        if (node.Kind != SourceKind.Object || node.Find("@value") is not { } value)
        {
            return node;
        }
        bool plain = node.Members.TrueForAll(m => m.Key is "@value" or "@type" || IsIgnored(m.Key));
        SourceNode? given = node.Find("@type");
        bool typeFits = given is null || (given.IsString && given.Text == $"xsd:{type}");
        return plain && typeFits ? value : node;

        bool IsIgnored(string key) => !version.RefusesKeywords && key.StartsWith('@') && key is not ("@id" or "@context" or "@graph");
    }

    private static bool TryInteger(string digits, out long number) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>The subset of BCP 47 that DTDL takes: language, script, region.</summary>
    [GeneratedRegex("^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")]
    private static partial Regex LanguageCode();
}
