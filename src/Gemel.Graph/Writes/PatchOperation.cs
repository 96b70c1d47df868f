using System.Text.Json;

namespace Gemel.Graph;

/// <summary>The operations of RFC 6902 that Azure Digital Twins takes.</summary>
internal enum PatchKind
{
    Add,
    Replace,
    Remove,
}

/// <summary>One operation of a JSON Patch.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Path">The pointer as given.</param>
/// <param name="Names">The pointer's names, unescaped; at least one.</param>
/// <param name="Value">Undefined for a removal.</param>
internal sealed record PatchOperation(PatchKind Kind, string Path, string[] Names, JsonElement Value)
{
    /// <summary>Reads a patch document; adds every error of form. The operations that are well-formed are returned.</summary>
    public static List<PatchOperation> Read(JsonElement document, List<GemelError> errors)
    {
        if (document.ValueKind != JsonValueKind.Array)
        {
            errors.Add(GraphErrors.PatchNotArray.With(JsonInput.Describe(document)).On(""));
            return [];
        }
        List<PatchOperation> operations = [];
        int index = 0;
        foreach (JsonElement element in document.EnumerateArray())
        {
            if (ReadOne(element, $"/{index}", errors) is { } operation)
            {
                operations.Add(operation);
            }
            index++;
        }
        return operations;
    }

    private static PatchOperation? ReadOne(JsonElement element, string pointer, List<GemelError> errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(GraphErrors.PatchOperationShape.With(pointer[1..], $"is {JsonInput.Describe(element)}").On(pointer));
            return null;
        }
        PatchKind? kind = ReadKind(element, pointer, errors);
        string[]? names = ReadPath(element, pointer, errors, out string path);
        bool hasValue = element.TryGetProperty("value", out JsonElement value);
        if (kind is PatchKind.Add or PatchKind.Replace && !hasValue)
        {
            errors.Add(GraphErrors.PatchOperationShape.With(pointer[1..], "has no 'value'").On(pointer));
            return null;
        }
        return kind is { } known && names is not null ? new PatchOperation(known, path, names, value) : null;
    }

    private static PatchKind? ReadKind(JsonElement element, string pointer, List<GemelError> errors)
    {
        if (!element.TryGetProperty("op", out JsonElement op) || op.ValueKind != JsonValueKind.String)
        {
            errors.Add(GraphErrors.PatchOperationShape.With(pointer[1..], "has no 'op' that is a string").On(pointer));
            return null;
        }
        switch (op.GetString())
        {
            case "add": return PatchKind.Add;
            case "replace": return PatchKind.Replace;
            case "remove": return PatchKind.Remove;
            default:
                errors.Add(GraphErrors.PatchOperationUnknown.With(op.GetString()).On(JsonPointer.Append(pointer, "op")));
                return null;
        }
    }

    private static string[]? ReadPath(JsonElement element, string pointer, List<GemelError> errors, out string path)
    {
        path = "";
        if (!element.TryGetProperty("path", out JsonElement given) || given.ValueKind != JsonValueKind.String)
        {
            errors.Add(GraphErrors.PatchOperationShape.With(pointer[1..], "has no 'path' that is a string").On(pointer));
            return null;
        }
        path = given.GetString()!;
        string[] names = JsonPointer.Split(path, out string problem);
        if (problem.Length > 0)
        {
            errors.Add(GraphErrors.PatchPointerSyntax.With(path, problem).On(JsonPointer.Append(pointer, "path")));
            return null;
        }
        if (names.Length == 0)
        {
            errors.Add(GraphErrors.PatchPathReadOnly.With(path, "changed as a whole", "Name a property.").On(JsonPointer.Append(pointer, "path")));
            return null;
        }
        return names;
    }
}
