using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gemel.Query.Tests.Laws;

/// <summary>Values of JSON documents, compared as the language's description says; null stands for undefined.</summary>
internal static class NaiveValue
{
    /// <param name="path">As a query writes it, without an alias.</param>
    public static JsonNode? Find(JsonObject document, string path)
    {
        JsonNode? node = document;
        foreach (string name in path.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }
        bool isTelemetry = path.StartsWith("$telemetry.", StringComparison.Ordinal);
        return isTelemetry && node is JsonObject envelope && envelope.ContainsKey("$value") ? envelope["$value"] : node;
    }

    public static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "undefined",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Object => "object",
        _ => "array",
    };

    public static bool? Compare(string comparison, JsonNode? left, JsonNode? right)
    {
        string kind = KindOf(left);
        if (kind is "undefined" or "object" or "array" || KindOf(right) is "undefined" or "object" or "array")
        {
            return null;
        }
        if (kind != KindOf(right))
        {
            return comparison == "=" ? false : comparison == "!=" ? true : null;
        }
        int order = kind switch
        {
            "number" => OrderNumbers(left!.ToJsonString(), right!.ToJsonString()),
            "bool" => left!.GetValue<bool>().CompareTo(right!.GetValue<bool>()),
            _ => Encoding.UTF8.GetBytes(left!.GetValue<string>()).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right!.GetValue<string>())),
        };
        return comparison switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    public static bool? Not(bool? value) => !value;

    public static bool? And(bool? left, bool? right) => left == false || right == false ? false : left is null || right is null ? null : true;

    public static bool? Or(bool? left, bool? right) => Not(And(Not(left), Not(right)));

    private static int OrderNumbers(string left, string right)
    {
        (BigInteger leftNumerator, BigInteger leftDenominator) = Exact(left);
        (BigInteger rightNumerator, BigInteger rightDenominator) = Exact(right);
        return (leftNumerator * rightDenominator).CompareTo(rightNumerator * leftDenominator);
    }

    /// <summary>A whole number of 64 bits, or the nearest double, as a fraction.</summary>
    private static (BigInteger Numerator, BigInteger Denominator) Exact(string digits)
    {
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return (whole, BigInteger.One);
        }
        double value = double.Parse(digits, CultureInfo.InvariantCulture);
        BigInteger denominator = BigInteger.One;
        while (Math.Floor(value) != value)
        {
            value *= 2;
            denominator *= 2;
        }
        return (new BigInteger(value), denominator);
    }
}
