namespace Gemel.Modeling;

/// <summary>The values of an Enum are all of the type that it names, and differ.</summary>
internal static class EnumRule
{
    public static void Check(Element owner, ErrorList errors)
    {
        foreach (Element element in ModelScope.Descendants(owner).Where(e => e.Class == ElementClass.Enum && e.One("valueSchema") is not null))
        {
            bool isText = element.One("valueSchema")!.Text == "string";
            HashSet<string> values = new(StringComparer.Ordinal);
            foreach (PropertyValue? value in element.Children("enumValues").Select(v => v.One("enumValue")).Where(v => v is not null))
            {
                if (value!.Node.IsString != isText)
                {
                    errors.Add(value.Node, ModelingErrors.EnumValueType.With(value.Node.Describe(), isText ? "a string" : "an integer"));
                }
                else if (!values.Add(value.Text))
                {
                    errors.Add(value.Node, ModelingErrors.DuplicateEnumValue.With(value.Node.Describe()));
                }
            }
        }
    }
}
