using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gemel.Ingest;

/// <summary>One object of a YAML document, read member by member; every slip is added to the shared faults.</summary>
/// <param name="document">Name of the file, for positions.</param>
/// <param name="place">What the object is, for messages: <c>a rule</c>.</param>
internal sealed class YamlSection(YamlMappingNode node, string document, string place, MappingFaults faults)
{
    /// <summary>Where it begins, from 1.</summary>
    public int Line => (int)node.Start.Line;

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Elements of a list; 0 where it is none.</summary>
    public int CountOf(string name) => (Find(name) as YamlSequenceNode)?.Children.Count ?? 0;

    public void RefuseUnknown(params IReadOnlyCollection<string> known)
    {
        foreach (YamlNode key in node.Children.Keys.Where(key => !known.Contains((key as YamlScalarNode)?.Value ?? "")))
        {
            Add(IngestErrors.UnknownMember.With(key.ToString(), place, string.Join(", ", known)), key);
        }
    }

    /// <summary>A text, also a plain number or boolean as it is written; null where there is none.</summary>
    public string? Text(string name)
    {
        YamlScalarNode? scalar = Scalar(name);
        if (scalar is not { Style: ScalarStyle.Plain, Value: "null" or "~" or "" })
        {
            return scalar?.Value;
        }
        Invalid(name, "a text");
        return null;
    }

    /// <summary>One of some words, which may be <c>null</c>, written plain.</summary>
    public string? Word(string name, params IReadOnlyCollection<string> allowed)
    {
        string? text = Scalar(name)?.Value;
        if (text is null || allowed.Contains(text))
        {
            return text;
        }
        Invalid(name, string.Join(" or ", allowed));
        return null;
    }

    public double? Number(string name)
    {
        if (Scalar(name) is not { } scalar)
        {
            return null;
        }
        bool isNumber = double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) && scalar.Style == ScalarStyle.Plain;
        if (!isNumber)
        {
            Invalid(name, "a finite number");
        }
        return isNumber ? number : null;
    }

    public bool Boolean(string name, bool absent)
    {
        if (Scalar(name) is not { } scalar)
        {
            return absent;
        }
        if (scalar.Style != ScalarStyle.Plain || scalar.Value is not ("true" or "false"))
        {
            Invalid(name, "true or false");
        }
        return scalar.Value == "true";
    }

    public char? Character(string name)
    {
        string? text = Text(name);
        if (text is { Length: not 1 })
        {
            Invalid(name, "one character");
            return null;
        }
        return text?[0];
    }

    public IReadOnlyList<string>? TextList(string name)
    {
        if (Find(name) is not { } found || Typed<YamlSequenceNode>(name, found, "a list of texts") is not { } list)
        {
            return null;
        }
        foreach (YamlNode child in list.Where(child => child is not YamlScalarNode))
        {
            Add(IngestErrors.InvalidMember.With($"'{name}' in {place}", "a list of others", "a list of texts"), child);
        }
        return [.. list.OfType<YamlScalarNode>().Select(child => child.Value ?? "")];
    }

    public YamlSection? Section(string name) =>
        Find(name) is { } found && Typed<YamlMappingNode>(name, found, "an object") is { } inner
            ? new YamlSection(inner, document, $"'{name}'", faults)
            : null;

    public IEnumerable<YamlSection> Sections(string name, string each)
    {
        if (Find(name) is not { } found || Typed<YamlSequenceNode>(name, found, "a list of objects") is not { } list)
        {
            yield break;
        }
        foreach (YamlNode child in list)
        {
            if (Typed<YamlMappingNode>(each, child, "an object") is { } inner)
            {
                yield return new YamlSection(inner, document, each, faults);
            }
        }
    }

    /// <summary>Keys with their values; plain scalars that read as JSON literals are told from text.</summary>
    public IEnumerable<(string Key, string Value, bool IsPlain)> Scalars()
    {
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            if (key is not YamlScalarNode name || value is not YamlScalarNode scalar)
            {
                Add(IngestErrors.InvalidMember.With($"'{key}' in {place}", "of another kind", "a single value"), value);
                continue;
            }
            yield return (name.Value ?? "", scalar.Value ?? "", scalar.Style == ScalarStyle.Plain);
        }
    }

    public void Require(string name)
    {
        if (!Has(name))
        {
            Invalid(name, "one to be there");
        }
    }

    public void Invalid(string name, string expected)
    {
        YamlNode? found = Find(name);
        string what = found switch { null => "missing", YamlScalarNode scalar => $"'{scalar.Value}'", _ => "not of that kind" };
        Add(IngestErrors.InvalidMember.With($"'{name}' in {place}", what, expected), found ?? node);
    }

    /// <summary>The value, or null after adding the errors.</summary>
    public T? Take<T>(string name, Outcome<T> outcome)
        where T : class
    {
        foreach (GemelError error in outcome.Errors)
        {
            Add(error, Find(name) ?? node);
        }
        return outcome.TryGetValue(out T? value) ? value : null;
    }

    /// <summary>Adds an error at a member.</summary>
    public void Refuse(string name, GemelError error) => Add(error, Find(name) ?? node);

    private YamlNode? Find(string name) => node.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? found) ? found : null;

    private YamlScalarNode? Scalar(string name) => Find(name) is { } found ? Typed<YamlScalarNode>(name, found, "a single value") : null;

    private T? Typed<T>(string name, YamlNode found, string expected)
        where T : YamlNode
    {
        if (found is not T)
        {
            Add(IngestErrors.InvalidMember.With($"'{name}' in {place}", "of another kind", expected), found);
        }
        return found as T;
    }

    private void Add(GemelError error, YamlNode at) => faults.Add(error.At(YamlGate.PositionOf(at.Start, document)));
}
