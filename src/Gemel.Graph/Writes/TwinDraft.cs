using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>The properties of a twin while a request is worked out: what each is now, and what it would become.</summary>
/// <remarks>Two schemas are in play where a request moves the twin to another model: names are looked for in the new one
/// first, then in the old one (whose values must be removed where the new one does not have them).</remarks>
internal sealed class TwinDraft
{
    private readonly Dictionary<(string? Component, string Name), PropertyDraft> _properties = [];
    private readonly TwinSchema _before;
    private readonly PresentValues? _present;

    /// <summary>A draft of a twin made anew.</summary>
    public TwinDraft(TwinSchema schema) => _before = Schema = schema;

    /// <summary>A draft of changes to a twin.</summary>
    /// <param name="after">The schema it would have; the present one where the model stays.</param>
    public TwinDraft(PresentValues present, TwinSchema after)
    {
        _before = present.Schema;
        Schema = after;
        _present = present;
        if (ChangesModel)
        {
            DraftAllPresent();
        }
    }

    /// <summary>The schema after the request.</summary>
    public TwinSchema Schema { get; }

    /// <summary>What the request touches, and all values that a change of model must carry.</summary>
    public IEnumerable<PropertyDraft> Properties => _properties.Values;

    public bool ChangesModel => _before.Id != Schema.Id;

    public bool IsComponentNow(string name) => Schema.FindComponent(name) is not null;

    public bool WasComponent(string name) => _before.FindComponent(name) is not null;

    /// <summary>The draft of a property; where neither schema has it, adds the error and returns null.</summary>
    /// <param name="component">Null for the interface's own.</param>
    public PropertyDraft? Find(string? component, string name, string pointer, List<GemelError> errors)
    {
        if (_properties.TryGetValue((component, name), out PropertyDraft? draft))
        {
            return draft;
        }
        Column? after = FindColumn(Schema, component, name);
        Column? before = ChangesModel ? FindColumn(_before, component, name) : after;
        if ((after ?? before) is { Role: ColumnRole.Property })
        {
            return Draft(component, name, before, after);
        }
        errors.Add(Unknown(component, name, after).On(pointer));
        return null;
    }

    /// <summary>The draft of a property to which the request gives a value; null where it gives none.</summary>
    public PropertyDraft? FindAssigned(string? component, string name) =>
        _properties.TryGetValue((component, name), out PropertyDraft? draft) && draft.IsAssigned ? draft : null;

    /// <summary>The drafts of all properties of a component, before and after.</summary>
    public IEnumerable<PropertyDraft> OfComponent(string component)
    {
        List<GemelError> none = [];
        Column[] columns = [.. ColumnsOf(Schema, component), .. ColumnsOf(_before, component)];
        return [.. columns.Select(c => c.Name).Distinct(StringComparer.Ordinal).Select(n => Find(component, n, "", none)!)];
    }

    /// <summary>Source time of the value that the property has now; none where it has none.</summary>
    public Timestamp PresentSourceOf(PropertyDraft property) => _present!.SourceOf(property.Before!);

    /// <summary>The error of a property that the model after the request does not have.</summary>
    public GemelError UnknownProperty(PropertyDraft property) => Unknown(property.Before!.Component, property.Name, column: null);

    private static IEnumerable<Column> ColumnsOf(TwinSchema schema, string component) =>
        schema.FindComponent(component)?.Columns.Where(c => c.Role == ColumnRole.Property) ?? [];

    private static Column? FindColumn(TwinSchema schema, string? component, string name)
    {
        Column? column = schema.FindPath(component is null ? name : $"{component}.{name}");
        // A name from outside may hold a dot, and then look like another column's path.
        return column is not null && column.Component == component && column.Name == name ? column : null;
    }

    private PropertyDraft Draft(string? component, string name, Column? before, Column? after)
    {
        Column? column = after is { Role: ColumnRole.Property } ? after : null;
        byte[]? present = before is { Role: ColumnRole.Property } ? _present?.JsonOf(before) : null;
        string place = JsonPointer.Append(component is null ? "" : JsonPointer.Append("", component), name);
        PropertyDraft draft = new(name, place, column?.Schema, present) { Column = column, Before = before };
        _properties.Add((component, name), draft);
        return draft;
    }

    private void DraftAllPresent()
    {
        foreach (Column column in _before.Columns)
        {
            if (column.Role == ColumnRole.Property && _present!.IsPresent(column))
            {
                Draft(column.Component, column.Name, column, FindColumn(Schema, column.Component, column.Name));
            }
        }
    }

    private GemelError Unknown(string? component, string name, Column? column)
    {
        ModelId model = component is null ? Schema.Model : (Schema.FindComponent(component) ?? _before.FindComponent(component))?.Model ?? Schema.Model;
        if (column is { Role: ColumnRole.Telemetry })
        {
            return GraphErrors.TelemetryNotWritable.With(name, model);
        }
        IEnumerable<string> known = Schema.Columns.Where(c => c.Component == component && c.Role == ColumnRole.Property).Select(c => c.Name);
        IEnumerable<string> components = component is null ? Schema.Components.Select(c => c.Name) : [];
        return GraphErrors.UnknownProperty.With(name, model, NearestName.Suggest(name, known.Concat(components)));
    }
}
