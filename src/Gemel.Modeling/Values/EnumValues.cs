using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>Finds the ordinal of an enum's value.</summary>
internal static class EnumValues
{
    /// <returns>-1 where the token is no value of the enum.</returns>
    public static int Find(ref Utf8JsonReader reader, EnumSchema schema)
    {
        if (!schema.IsText)
        {
            return reader.TokenType == JsonTokenType.Number && Numbers.TryRead(ref reader, PrimitiveType.Long, out long number) ? IndexOf(schema, number) : -1;
        }
        if (reader.TokenType != JsonTokenType.String)
        {
            return -1;
        }
        for (int i = 0; i < schema.Values.Length; i++)
        {
            if (Texts.IsEqual(ref reader, schema.Values[i].Text))
            {
                return i;
            }
        }
        return -1;
    }

    /// <returns>-1 where there is none.</returns>
    public static int IndexOf(EnumSchema schema, long number)
    {
        for (int i = 0; i < schema.Values.Length; i++)
        {
            if (schema.Values[i].Number == number)
            {
                return i;
            }
        }
        return -1;
    }
}
