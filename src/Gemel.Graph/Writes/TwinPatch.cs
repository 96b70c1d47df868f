using System.Text.Json;

namespace Gemel.Graph;

/// <summary>Applies a JSON Patch to a twin's draft (RFC 6902 as Azure Digital Twins limits it: add, replace and remove on
/// properties, on places within object, map and array properties, on components, on source times and on the model).</summary>
/// <param name="component">The component that the paths are relative to; null for the twin.</param>
internal readonly ref struct TwinPatch(TwinDraft draft, string? component, List<GemelError> errors)
{
    private const string Metadata = "$metadata";
    private const string Model = "$model";

    /// <summary>The model that the patch moves the twin to; null where it does not, or names it wrongly (then the error is added).</summary>
    public static ModelId? FindModel(List<PatchOperation> operations, List<GemelError> errors)
    {
        ModelId? model = null;
        foreach (PatchOperation operation in operations)
        {
            if (!IsModel(operation.Names) || operation.Kind == PatchKind.Remove)
            {
                continue;
            }
            if (operation.Value.ValueKind == JsonValueKind.String)
            {
                model = new ModelId(operation.Value.GetString()!);
            }
            else
            {
                errors.Add(GraphErrors.InvalidMetadata.With(Model, JsonInput.Describe(operation.Value), "the id of a model, a string,").On(operation.Path));
            }
        }
        return model;
    }

    /// <summary>Applies all operations in order. An operation in error changes nothing, and the next ones are tried.</summary>
    public void Apply(List<PatchOperation> operations)
    {
        foreach (PatchOperation operation in operations)
        {
            if (component is null)
            {
                ApplyToTwin(operation);
            }
            else
            {
                ApplyWithin(component, operation, operation.Names);
            }
        }
    }

    private void ApplyToTwin(PatchOperation operation)
    {
        string[] names = operation.Names;
        bool isComponent = draft.IsComponentNow(names[0]) || draft.WasComponent(names[0]);
        if (!isComponent)
        {
            ApplyWithin(null, operation, names);
        }
        else if (names.Length == 1)
        {
            ApplyToComponent(names[0], operation);
        }
        else
        {
            ApplyWithin(names[0], operation, names.AsSpan(1));
        }
    }

    /// <summary>Applies an operation whose remaining names begin with a property, or with $metadata, of the twin or of a component.</summary>
    private void ApplyWithin(string? owner, PatchOperation operation, ReadOnlySpan<string> names)
    {
        if (names[0] == Metadata)
        {
            ApplyToMetadata(owner, operation, names[1..]);
        }
        else if (names[0].StartsWith('$'))
        {
            Refuse(operation, "Ids and ETags are the server's.");
        }
        else
        {
            draft.Find(owner, names[0], operation.Path, errors)?.Apply(operation, names[1..], errors);
        }
    }

    private void ApplyToMetadata(string? owner, PatchOperation operation, ReadOnlySpan<string> names)
    {
        if (names is [Model] && owner is null && operation.Kind != PatchKind.Remove)
        {
            return; // FindModel has read it: the draft is of the new model already.
        }
        if (names is [var name, "sourceTime"] && !name.StartsWith('$'))
        {
            ApplyToSourceTime(draft.Find(owner, name, operation.Path, errors), operation);
            return;
        }
        Refuse(operation, owner is null
            ? "Of $metadata, /$metadata/$model and /$metadata/<property>/sourceTime can be written."
            : "Of a component's $metadata, <property>/sourceTime can be written.");
    }

    private void ApplyToSourceTime(PropertyDraft? property, PatchOperation operation)
    {
        if (property is null || property.IsBroken)
        {
            return;
        }
        if (!property.IsPresent && operation.Kind == PatchKind.Remove)
        {
            property.Break(GraphErrors.PatchPathMissing.With(operation.Path, "remove", "The property is not set.").On(operation.Path), errors);
            return;
        }
        Timestamp? source = operation.Kind == PatchKind.Remove ? Timestamp.None : SourceTime.Read(operation.Value, operation.Path, errors);
        property.IsBroken = source is null;
        property.SetSource(source ?? Timestamp.None, operation.Path);
    }

    private void ApplyToComponent(string name, PatchOperation operation)
    {
        if (operation.Kind == PatchKind.Remove)
        {
            RemoveComponent(name, operation);
            return;
        }
        if (!draft.IsComponentNow(name))
        {
            Refuse(operation, $"The model '{draft.Schema.Model}' has no component '{name}'.");
            return;
        }
        ClearComponent(name, operation.Path);
        TwinBody.ReadComponent(operation.Value, name, operation.Path, draft, errors);
    }

    private void RemoveComponent(string name, PatchOperation operation)
    {
        if (draft.IsComponentNow(name))
        {
            Refuse(operation, "A twin has all components of its model; remove their properties, or replace it by {}.");
            return;
        }
        ClearComponent(name, operation.Path);
    }

    private void ClearComponent(string name, string pointer)
    {
        foreach (PropertyDraft property in draft.OfComponent(name))
        {
            property.Remove(pointer);
        }
    }

    private void Refuse(PatchOperation operation, string action)
    {
        string done = operation.Kind switch { PatchKind.Add => "added", PatchKind.Replace => "replaced", _ => "removed" };
        errors.Add(GraphErrors.PatchPathReadOnly.With(operation.Path, done, action).On(operation.Path));
    }

    private static bool IsModel(string[] names) => names is [Metadata, Model];
}
