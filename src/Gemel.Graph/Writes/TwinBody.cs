using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>Reads the body of a twin, or of one of its components, into a draft.</summary>
/// <remarks>Members that a GET answers are taken back: <c>$dtId</c>, <c>$etag</c> and the times in <c>$metadata</c> are passed
/// over, for clients send what they read; only <c>sourceTime</c> of a property that the body gives counts.</remarks>
internal static class TwinBody
{
    private const string Metadata = "$metadata";

    /// <summary>The model that the body names; null where it does not name one rightly, and the errors are added.</summary>
    public static ModelId? FindModel(JsonElement body, List<GemelError> errors)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            errors.Add(GraphErrors.NotAnObject.With("The body", JsonInput.Describe(body)).On(""));
            return null;
        }
        if (!body.TryGetProperty(Metadata, out JsonElement metadata))
        {
            errors.Add(GraphErrors.MissingModel.With().On("/$metadata/$model"));
            return null;
        }
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            errors.Add(GraphErrors.InvalidMetadata.With(Metadata, JsonInput.Describe(metadata), "an object with $model").On("/$metadata"));
            return null;
        }
        return ReadModel(metadata, errors);
    }

    /// <summary>Reads a twin's body, whose model is known.</summary>
    public static void Read(JsonElement body, TwinDraft draft, List<GemelError> errors)
    {
        ReadMembers(body, component: null, "", draft, errors);
        foreach (ComponentSchema component in draft.Schema.Components)
        {
            if (!body.TryGetProperty(component.Name, out _))
            {
                errors.Add(GraphErrors.MissingComponent.With(component.Name, draft.Schema.Model).On(JsonPointer.Append("", component.Name)));
            }
        }
    }

    /// <summary>Reads the properties of one component; what the body leaves out is not touched.</summary>
    public static void ReadComponent(JsonElement body, string component, string pointer, TwinDraft draft, List<GemelError> errors)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            errors.Add(GraphErrors.ComponentNotObject.With(component, JsonInput.Describe(body)).On(pointer));
            return;
        }
        ReadMembers(body, component, pointer, draft, errors);
    }

    private static ModelId? ReadModel(JsonElement metadata, List<GemelError> errors)
    {
        const string pointer = "/$metadata/$model";
        if (!metadata.TryGetProperty("$model", out JsonElement model))
        {
            errors.Add(GraphErrors.MissingModel.With().On(pointer));
            return null;
        }
        if (model.ValueKind != JsonValueKind.String)
        {
            errors.Add(GraphErrors.InvalidMetadata.With("$model", JsonInput.Describe(model), "the id of a model, a string,").On(pointer));
            return null;
        }
        return new ModelId(model.GetString()!);
    }

    private static void ReadMembers(JsonElement body, string? component, string pointer, TwinDraft draft, List<GemelError> errors)
    {
        foreach (JsonProperty member in body.EnumerateObject())
        {
            string place = JsonPointer.Append(pointer, member.Name);
            if (member.Name.StartsWith('$'))
            {
                CheckReserved(member.Name, component, place, errors);
            }
            else if (component is null && draft.IsComponentNow(member.Name))
            {
                ReadComponent(member.Value, member.Name, place, draft, errors);
            }
            else
            {
                draft.Find(component, member.Name, place, errors)?.Assign(member.Value, place, errors);
            }
        }
        if (body.TryGetProperty(Metadata, out JsonElement metadata))
        {
            ReadSourceTimes(metadata, component, JsonPointer.Append(pointer, Metadata), draft, errors);
        }
    }

    private static void CheckReserved(string name, string? component, string place, List<GemelError> errors)
    {
        bool isOfTwin = component is null && name is "$dtId" or "$etag";
        if (!isOfTwin && name != Metadata)
        {
            errors.Add(GraphErrors.ReservedName.With(name).On(place));
        }
    }

    private static void ReadSourceTimes(JsonElement metadata, string? component, string pointer, TwinDraft draft, List<GemelError> errors)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            errors.Add(GraphErrors.InvalidMetadata.With(Metadata, JsonInput.Describe(metadata), "an object").On(pointer));
            return;
        }
        foreach (JsonProperty member in metadata.EnumerateObject())
        {
            if (!member.Name.StartsWith('$') && draft.FindAssigned(component, member.Name) is { } property)
            {
                ReadSourceTime(member, property, JsonPointer.Append(pointer, member.Name), errors);
            }
        }
    }

    private static void ReadSourceTime(JsonProperty member, PropertyDraft property, string pointer, List<GemelError> errors)
    {
        if (member.Value.ValueKind != JsonValueKind.Object)
        {
            const string expected = "an object, sourceTime its only member that counts,";
            errors.Add(GraphErrors.InvalidMetadata.With(member.Name, JsonInput.Describe(member.Value), expected).On(pointer));
        }
        else if (member.Value.TryGetProperty("sourceTime", out JsonElement time)
            && SourceTime.Read(time, JsonPointer.Append(pointer, "sourceTime"), errors) is { } source)
        {
            property.SetSource(source, property.Pointer);
        }
    }
}
