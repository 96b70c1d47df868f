using System.Collections.Immutable;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary>What Azure calls ModelData.</summary>
internal static class ModelJson
{
    /// <param name="withDefinition">Adds the model's document as <c>model</c>.</param>
    public static void Write(Utf8JsonWriter json, ModelEntry model, bool withDefinition)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model.Id.Value);
        WriteTexts(json, "displayName"u8, model.DisplayName);
        WriteTexts(json, "description"u8, model.Description);
        json.WriteString("uploadTime"u8, model.UploadTime.ToString());
        json.WriteBoolean("decommissioned"u8, model.IsDecommissioned);
        if (withDefinition)
        {
            json.WritePropertyName("model"u8);
            json.WriteRawValue(model.Document.Span, skipInputValidation: true);
        }
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> member, ImmutableSortedDictionary<string, string> texts)
    {
        if (texts.IsEmpty)
        {
            return;
        }
        json.WriteStartObject(member);
        foreach ((string language, string text) in texts)
        {
            json.WriteString(language, text);
        }
        json.WriteEndObject();
    }
}
