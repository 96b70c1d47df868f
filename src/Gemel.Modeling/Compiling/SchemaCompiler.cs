using System.Collections.Immutable;
using System.Text;

namespace Gemel.Modeling;

/// <summary>Compiles a checked interface with all it extends and uses into a <see cref="TwinSchema"/>.</summary>
internal sealed class SchemaCompiler(ModelScope scope)
{
    private readonly ValueSchemaCompiler _values = new(scope);

    public TwinSchema Compile(Element model, int schemaId)
    {
        List<Element> hierarchy = scope.HierarchyOf(model);
        List<Column> columns = [];
        AddColumns(columns, hierarchy, component: null);
        List<CommandSchema> commands = [.. CommandsOf(hierarchy, component: null)];
        List<ComponentSchema> components = [];
        foreach (Element component in hierarchy.SelectMany(ComponentRule.ComponentsOf))
        {
            string used = component.One("schema")!.Text;
            _ = scope.TryFind(used, out Element? inner);
            List<Element> innerHierarchy = scope.HierarchyOf(inner!);
            int first = columns.Count;
            AddColumns(columns, innerHierarchy, component.Name);
            components.Add(new ComponentSchema(component.Name, new ModelId(used), [.. columns.Skip(first)]));
            commands.AddRange(CommandsOf(innerHierarchy, component.Name));
        }
        return new TwinSchema(schemaId, new ModelId(model.Id!), [.. columns], [.. components])
        {
            Relationships = [.. ContentsOf(hierarchy, ElementClass.Relationship).Select(c => RelationshipOf(c.Owner, c.Content))],
            Commands = [.. commands],
            Bases = [.. hierarchy.AsEnumerable().Reverse().Select(i => new ModelId(i.Id!))],
        };
    }

    private void AddColumns(List<Column> columns, List<Element> hierarchy, string? component)
    {
        foreach ((Element owner, Element content) in ContentsOf(hierarchy, ElementClass.Property, ElementClass.Telemetry))
        {
            columns.Add(new Column
            {
                Number = columns.Count,
                Role = content.Class == ElementClass.Property ? ColumnRole.Property : ColumnRole.Telemetry,
                Name = content.Name,
                Component = component,
                Schema = _values.Compile(owner, content, "schema"),
                Unit = content.Unit,
                Interval = content.Interval,
                SemanticTypes = [.. content.CoTypeNames],
                IsWritable = IsWritable(content),
                DisplayName = DisplayNameOf(content),
                NameUtf8 = Encoding.UTF8.GetBytes(content.Name),
            });
        }
    }

    private IEnumerable<CommandSchema> CommandsOf(List<Element> hierarchy, string? component) =>
        ContentsOf(hierarchy, ElementClass.Command).Select(c =>
            new CommandSchema(c.Content.Name, component, PayloadOf(c.Owner, c.Content, "request"), PayloadOf(c.Owner, c.Content, "response")));

    private DtdlSchema? PayloadOf(Element owner, Element command, string property) =>
        command.One(property)?.Element is { } payload ? _values.Compile(owner, payload, "schema") : null;

    private RelationshipSchema RelationshipOf(Element owner, Element relationship)
    {
        ImmutableArray<RelationshipProperty> properties =
        [
            .. relationship.Children("properties").Select(p => new RelationshipProperty(p.Name, _values.Compile(owner, p, "schema"), IsWritable(p))),
        ];
        ModelId? target = relationship.One("target") is { } value ? new ModelId(value.Text) : null;
        return new RelationshipSchema(relationship.Name, target, properties);
    }

    private static bool IsWritable(Element property) => property.One("writable") is { Number: 1 };

    /// <summary>The English text, or the first by language.</summary>
    private static string? DisplayNameOf(Element element) =>
        element.DisplayName.TryGetValue(LanguageText.DefaultLanguage, out string? text) ? text : element.DisplayName.Values.FirstOrDefault();

    private static IEnumerable<(Element Owner, Element Content)> ContentsOf(List<Element> hierarchy, params ElementClass[] classes) =>
        hierarchy.SelectMany(owner => owner.Children("contents").Where(c => classes.Contains(c.Class)).Select(c => (owner, c)));
}
