using System.Buffers;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>The last step of a decision: holds what a draft would make of each property against its schema.</summary>
internal sealed class DraftCheck(List<GemelError> errors)
{
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>All cells that change, or as many as are right where there are errors.</summary>
    public List<CellAssignment> Resolve(TwinDraft draft)
    {
        List<CellAssignment> assignments = [];
        foreach (PropertyDraft property in draft.Properties)
        {
            if (!property.IsBroken && Resolve(property, draft) is { } assignment)
            {
                assignments.Add(assignment);
            }
        }
        return assignments;
    }

    /// <summary>Reads a property's value by its schema; adds the error where it does not fit.</summary>
    /// <param name="property">One that is present.</param>
    /// <returns>The bits, and the text where the kind has one; null in error.</returns>
    public (long Bits, byte[]? Text)? Read(PropertyDraft property)
    {
        if (property.ReadJson(errors) is not { } json)
        {
            return null;
        }
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = JsonInput.MaxDepth + 1 });
        reader.Read();
        _text.ResetWrittenCount();
        if (!ValueReader.TryRead(ref reader, property.Schema!, _text, out ValueKind kind, out long bits, out GemelError? error))
        {
            // The reader names a place within the value by a path with dots.
            errors.Add(error!.On(string.IsNullOrEmpty(error.Target) ? property.Place : $"{property.Place}/{error.Target.Replace('.', '/')}"));
            return null;
        }
        return kind is ValueKind.Text or ValueKind.Json ? (0, _text.WrittenSpan.ToArray()) : (bits, null);
    }

    private CellAssignment? Resolve(PropertyDraft property, TwinDraft draft)
    {
        if (property.Column is null)
        {
            CheckLeft(property, draft);
            return null;
        }
        if (!property.IsPresent)
        {
            return ResolveAbsent(property);
        }
        if (Read(property) is not var (bits, text))
        {
            return null;
        }
        if (property.IsTouched)
        {
            return new CellAssignment(property.Column, IsCleared: false, new CellValue(bits, text, property.Source));
        }
        return property.IsCarried ? null
            : new CellAssignment(property.Column, IsCleared: false, new CellValue(bits, text, draft.PresentSourceOf(property)));
    }

    private CellAssignment? ResolveAbsent(PropertyDraft property)
    {
        if (property.IsTouched && !property.Source.IsNone)
        {
            string action = $"'{property.Name}' is not set: add it first.";
            errors.Add(GraphErrors.PatchPathMissing.With(property.Pointer, "give a source time to", action).On(property.Pointer));
            return null;
        }
        return property.IsTouched && property.WasPresent ? new CellAssignment(property.Column!, IsCleared: true, default) : null;
    }

    /// <summary>A property that only the model before has must go.</summary>
    private void CheckLeft(PropertyDraft property, TwinDraft draft)
    {
        if (property.IsPresent)
        {
            errors.Add(property.IsAssigned
                ? draft.UnknownProperty(property).On(property.Pointer)
                : GraphErrors.LeftByModel.With(property.Name, draft.Schema.Model).On(property.Place));
        }
    }
}
