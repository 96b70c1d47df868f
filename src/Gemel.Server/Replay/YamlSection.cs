using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gemel.Server.Replay;

/// <summary>One object of a YAML document, read member by member; every slip is added to the shared list of errors.</summary>
/// <param name="document">Name of the file, for positions.</param>
/// <param name="place">What the object is, for messages: <c>a rule</c>.</param>
internal sealed class YamlSection(YamlMappingNode node, string document, string place, List<GemelError> errors)
{
    public bool Has(string name) => Find(name) is not null;

    public void RefuseUnknown(params IReadOnlyCollection<string> known)
    {
        foreach (YamlNode key in node.Children.Keys.Where(key => !known.Contains((key as YamlScalarNode)?.Value ?? "")))
        {
            Add(ServerErrors.UnknownMember.With(key.ToString(), place, string.Join(", ", known)), key);
        }
    }

    public string? Text(string name) => Scalar(name)?.Value;

    public string? Text(string name, params IReadOnlyCollection<string> allowed)
    {
        string? text = Text(name);
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
        bool isNumber = double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        if (!isNumber)
        {
            Invalid(name, "a finite number");
        }
        return isNumber ? number : null;
    }

    public bool Boolean(string name, bool absent) => (Text(name, "true", "false") ?? (absent ? "true" : "false")) == "true";

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

    public IReadOnlyList<string>? TextList(string name) =>
        Find(name) is { } found
            ? Typed<YamlSequenceNode>(name, found, "a list")?.Children.Select(c => (c as YamlScalarNode)?.Value ?? "").ToList()
            : null;

    public YamlSection? Section(string name) =>
        Find(name) is { } found && Typed<YamlMappingNode>(name, found, "an object") is { } inner
            ? new YamlSection(inner, document, $"'{name}'", errors)
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
                yield return new YamlSection(inner, document, each, errors);
            }
        }
    }

    /// <summary>Keys with their values; plain scalars that read as JSON literals are told from text.</summary>
    public IEnumerable<(string Key, string Value, bool IsPlain)> Scalars() =>
        node.Children.Select(pair => (
            (pair.Key as YamlScalarNode)?.Value ?? "",
            (pair.Value as YamlScalarNode)?.Value ?? "",
            (pair.Value as YamlScalarNode)?.Style == ScalarStyle.Plain));

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
        Add(ServerErrors.InvalidMember.With($"'{name}' in {place}", what, expected), found ?? node);
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

    private YamlNode? Find(string name) => node.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? found) ? found : null;

    private YamlScalarNode? Scalar(string name) => Find(name) is { } found ? Typed<YamlScalarNode>(name, found, "a single value") : null;

    private T? Typed<T>(string name, YamlNode found, string expected)
        where T : YamlNode
    {
        if (found is not T)
        {
            Add(ServerErrors.InvalidMember.With($"'{name}' in {place}", "of another kind", expected), found);
        }
        return found as T;
    }

    private void Add(GemelError error, YamlNode at) => errors.Add(error.At(new TextPosition(document, (int)at.Start.Line, (int)at.Start.Column)));
}
