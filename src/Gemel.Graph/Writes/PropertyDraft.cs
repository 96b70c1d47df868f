using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>One property of a twin or relationship while a request is worked out: its value as JSON, before it is checked
/// against its schema.</summary>
/// <remarks>After its first error a draft is broken: later operations on it are passed over, for what they would find
/// follows from that error.</remarks>
/// <param name="place">JSON pointer of the property within the twin or relationship.</param>
/// <param name="present">Its value now; null where it has none.</param>
internal sealed class PropertyDraft(string name, string place, DtdlSchema? schema, byte[]? present)
{
    private byte[]? _json = present;

    // Set instead of the text once an operation reached into the value: a patch of many operations parses it once.
    private JsonNode? _tree;

    /// <summary>DTDL name, without the component's.</summary>
    public string Name { get; } = name;

    /// <summary>Null where only the twin's model before the request has the property.</summary>
    public DtdlSchema? Schema { get; } = schema;

    public string Place { get; } = place;

    /// <summary>The column of the model after the request; null where it has none, and for relationships.</summary>
    public Column? Column { get; init; }

    /// <summary>The column of the model before the request; null where it has none, and for relationships.</summary>
    public Column? Before { get; init; }

    /// <summary>A change of the model keeps the cell as it is.</summary>
    public bool IsCarried => Column is not null && Before is not null && SchemaCarry.Fits(Before, Column);

    public bool WasPresent { get; } = present is not null;

    /// <summary>It would have a value.</summary>
    public bool IsPresent => _json is not null || _tree is not null;

    /// <summary>The request says something about the value or its source time.</summary>
    public bool IsTouched { get; private set; }

    /// <summary>The request gives the value, or a part of it.</summary>
    public bool IsAssigned { get; private set; }

    public bool IsBroken { get; set; }

    /// <summary>None where the request gives none.</summary>
    public Timestamp Source { get; private set; }

    /// <summary>The place in the twin that was written last, for messages.</summary>
    public string Pointer { get; private set; } = place;

    /// <summary>The value it would have.</summary>
    /// <returns>Null where it would have none, and where it nests too deep: then the error is added.</returns>
    public byte[]? ReadJson(List<GemelError> errors)
    {
        if (_tree is null)
        {
            return _json;
        }
        if (JsonEdit.DepthOf(_tree) <= JsonInput.MaxDepth)
        {
            return JsonEdit.Serialize(_tree);
        }
        Break(GraphErrors.TooDeep.With(JsonInput.MaxDepth).On(Pointer), errors);
        return null;
    }

    public void Assign(JsonElement value, string pointer, List<GemelError> errors)
    {
        Touch(pointer);
        IsAssigned = true;
        if (value.ValueKind == JsonValueKind.Null)
        {
            Break(GraphErrors.NullValue.With(Name).On(pointer), errors);
            return;
        }
        SetText(JsonMarshal.GetRawUtf8Value(value).ToArray());
    }

    public void Remove(string pointer)
    {
        Touch(pointer);
        SetText(null);
        Source = Timestamp.None;
    }

    public void SetSource(Timestamp source, string pointer)
    {
        Touch(pointer);
        Source = source;
    }

    /// <summary>Applies an operation to the property, or to a place within its value.</summary>
    /// <param name="below">The names after the property's own; empty for the property itself.</param>
    public void Apply(PatchOperation operation, ReadOnlySpan<string> below, List<GemelError> errors)
    {
        if (IsBroken)
        {
            return;
        }
        if (below.IsEmpty)
        {
            ApplyHere(operation, errors);
        }
        else
        {
            ApplyBelow(operation, below, errors);
        }
    }

    public void Break(GemelError error, List<GemelError> errors)
    {
        IsBroken = true;
        errors.Add(error);
    }

    private void ApplyHere(PatchOperation operation, List<GemelError> errors)
    {
        if (operation.Kind != PatchKind.Add && !IsPresent)
        {
            string verb = operation.Kind == PatchKind.Replace ? "replace" : "remove";
            string action = operation.Kind == PatchKind.Replace ? "Use add to set it." : "It is not set.";
            Break(GraphErrors.PatchPathMissing.With(operation.Path, verb, action).On(operation.Path), errors);
        }
        else if (operation.Kind == PatchKind.Remove)
        {
            Remove(operation.Path);
        }
        else
        {
            Assign(operation.Value, operation.Path, errors);
        }
    }

    private void ApplyBelow(PatchOperation operation, ReadOnlySpan<string> below, List<GemelError> errors)
    {
        if (!IsPresent)
        {
            string verb = operation.Kind.ToString().ToLowerInvariant();
            Break(GraphErrors.PatchPathMissing.With(operation.Path, verb, $"'{Name}' is not set: add it as a whole first.").On(operation.Path), errors);
            return;
        }
        Touch(operation.Path);
        IsAssigned = true;
        _tree ??= JsonEdit.Parse(_json);
        if (JsonEdit.Apply(_tree, operation, below) is { } error)
        {
            Break(error, errors);
        }
    }

    private void SetText(byte[]? json)
    {
        _json = json;
        _tree = null;
    }

    private void Touch(string pointer)
    {
        IsTouched = true;
        Pointer = pointer;
    }
}
