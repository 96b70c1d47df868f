using System.Collections.Immutable;

namespace Gemel.Modeling;

/// <summary>A DTDL interface compiled for work on column numbers: own and inherited contents, components unfolded.</summary>
/// <remarks>Immutable, safe for concurrent callers. Column numbers mean something only together with <see cref="Id"/>:
/// a model uploaded anew gets a schema with an id of its own.</remarks>
public sealed class TwinSchema
{
    private readonly Utf8NameMap<Column> _rootColumns;
    private readonly Utf8NameMap<ComponentSchema> _components;
    private readonly Dictionary<string, Column> _byPath;

    public TwinSchema(int id, ModelId model, ImmutableArray<Column> columns, ImmutableArray<ComponentSchema> components)
    {
        Id = id;
        Model = model;
        Columns = columns;
        Components = components;
        _rootColumns = new(columns.Where(c => c.Component is null).Select(c => KeyValuePair.Create(c.Name, c)));
        _components = new(components.Select(c => KeyValuePair.Create(c.Name, c)));
        _byPath = columns.ToDictionary(c => c.Path, StringComparer.Ordinal);
    }

    /// <summary>Unique within an instance, from 1, never used again.</summary>
    public int Id { get; }

    public ModelId Model { get; }

    /// <summary>All columns; position = <see cref="Column.Number"/>. The interface's own properties and telemetry first
    /// (inherited ones before), then component by component.</summary>
    public ImmutableArray<Column> Columns { get; }

    public ImmutableArray<ComponentSchema> Components { get; }

    public required ImmutableArray<RelationshipSchema> Relationships { get; init; }

    public required ImmutableArray<CommandSchema> Commands { get; init; }

    /// <summary>The model itself and all it extends, directly or not.</summary>
    public required ImmutableArray<ModelId> Bases { get; init; }

    /// <summary>Finds a property or telemetry of the interface itself (not of a component) by its UTF-8 name.</summary>
    public Column? FindColumn(ReadOnlySpan<byte> nameUtf8) => _rootColumns.Find(nameUtf8);

    public ComponentSchema? FindComponent(ReadOnlySpan<byte> nameUtf8) => _components.Find(nameUtf8);

    /// <summary>Finds a column by its path (<c>temperature</c>, <c>motor.temperature</c>).</summary>
    public Column? FindPath(string path) => _byPath.GetValueOrDefault(path);

    public ComponentSchema? FindComponent(string name) => Components.FirstOrDefault(c => c.Name == name);

    public RelationshipSchema? FindRelationship(string name) => Relationships.FirstOrDefault(r => r.Name == name);

    /// <summary>True where the model, or one that it extends, is <paramref name="model"/> or a newer version of it.</summary>
    public bool IsOfModel(ModelId model)
    {
        foreach (ModelId candidate in Bases)
        {
            if (candidate.IsSameOrNewerThan(model))
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>A component of a twin: a named part whose interface is unfolded into columns.</summary>
public sealed class ComponentSchema
{
    private readonly Utf8NameMap<Column> _columns;

    public ComponentSchema(string name, ModelId model, ImmutableArray<Column> columns)
    {
        Name = name;
        Model = model;
        Columns = columns;
        _columns = new(columns.Select(c => KeyValuePair.Create(c.Name, c)));
    }

    public string Name { get; }

    public ModelId Model { get; }

    public ImmutableArray<Column> Columns { get; }

    public Column? FindColumn(ReadOnlySpan<byte> nameUtf8) => _columns.Find(nameUtf8);
}

/// <param name="Target">The model that targets must be of; null where any twin will do.</param>
/// <param name="Properties">The relationship's own properties.</param>
public sealed record RelationshipSchema(string Name, ModelId? Target, ImmutableArray<RelationshipProperty> Properties)
{
    public RelationshipProperty? FindProperty(string name) => Properties.FirstOrDefault(p => p.Name == name);
}

public sealed record RelationshipProperty(string Name, DtdlSchema Schema, bool IsWritable);

/// <param name="Component">Name of the component; null for the interface's own.</param>
public sealed record CommandSchema(string Name, string? Component, DtdlSchema? Request, DtdlSchema? Response);
