using System.Text.Json;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary>What Azure asks of an upload before the models themselves are read.</summary>
internal static class ModelUpload
{
    private const string Expected = "an array of at least one interface";

    /// <summary>Refuses a body that is not an array or has no element; what is inside, the model parser judges.</summary>
    /// <exception cref="GemelException">GMW008.</exception>
    public static void RequireArray(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw Requests.JsonBody.Malformed("it is not an array.", Expected);
            }
            if (reader.Read() && reader.TokenType == JsonTokenType.EndArray)
            {
                throw Requests.JsonBody.Malformed("the array is empty.", Expected);
            }
        }
        catch (JsonException malformed)
        {
            throw new GemelException(HttpErrors.MalformedJson.With(malformed.Message, Expected), malformed);
        }
    }
}
