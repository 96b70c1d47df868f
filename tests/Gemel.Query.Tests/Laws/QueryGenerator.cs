using System.Text.Json.Nodes;

namespace Gemel.Query.Tests.Laws;

/// <summary>A condition as text, and what it should come to on a document.</summary>
internal sealed record NaiveCondition(string Text, Func<JsonObject, bool?> Evaluate);

/// <summary>Makes conditions over some paths at random.</summary>
/// <param name="alias">Before each path; empty for none.</param>
internal sealed class QueryGenerator(Random random, string alias, string[] paths)
{
    public static readonly string[] Literals =
    [
        "0", "1", "2", "-1", "1.5", "80", "0.1", "0.30000001192092896", "1e300", "-2.5E-1", "9007199254740992", "9007199254740993", "9223372036854775807", "1e19",
        "'a'", "'ab'", "''", "'p1'", "'idle'", "'D\\'Souza'", "'é'", "'😀'", "'\\\\'", "'dtmi:test:Pump;2'", "'feeds'", "true", "False",
    ];

    private static readonly string[] Comparisons = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Kinds = ["IS_DEFINED", "IS_NULL", "IS_NUMBER", "IS_STRING", "IS_BOOL", "IS_OBJECT", "IS_PRIMITIVE"];

    public NaiveCondition Condition(int depth)
    {
        if (depth == 0 || random.Next(4) == 0)
        {
            return Leaf();
        }
        NaiveCondition[] operands = [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Condition(depth - 1))];
        return random.Next(3) switch
        {
            0 => new NaiveCondition($"NOT ({operands[0].Text})", d => NaiveValue.Not(operands[0].Evaluate(d))),
            1 => new NaiveCondition(Join(operands, "AND"), d => operands.Select(o => o.Evaluate(d)).Aggregate(NaiveValue.And)),
            _ => new NaiveCondition(Join(operands, "or"), d => operands.Select(o => o.Evaluate(d)).Aggregate(NaiveValue.Or)),
        };
    }

    public string Path() => paths[random.Next(paths.Length)];

    public string Qualified(string path) => alias.Length == 0 ? path : $"{alias}.{path}";

    private static string Join(NaiveCondition[] operands, string word) => $"({string.Join($" {word} ", operands.Select(o => o.Text))})";

    private NaiveCondition Leaf()
    {
        string path = Path();
        switch (random.Next(8))
        {
            case 0:
                string other = Path();
                string between = Comparisons[random.Next(6)];
                return new($"{Qualified(path)} {between} {Qualified(other)}", d => NaiveValue.Compare(between, NaiveValue.Find(d, path), NaiveValue.Find(d, other)));
            case 1:
                return In(path);
            case 2:
                string kind = Kinds[random.Next(Kinds.Length)];
                return new($"{kind}({Qualified(path)})", d => IsKind(kind, NaiveValue.KindOf(NaiveValue.Find(d, path))));
            case 3:
                return PartOfText(path);
            case 4:
                string element = Literal();
                return new($"ARRAY_CONTAINS({Qualified(path)}, {element})", d => NaiveValue.Find(d, path) is JsonArray array
                    ? array.Any(e => NaiveValue.Compare("=", e, ValueOf(element)) == true) : null);
            default:
                string comparison = Comparisons[random.Next(6)];
                string literal = Literal();
                return new($"{Qualified(path)} {comparison} {literal}", d => NaiveValue.Compare(comparison, NaiveValue.Find(d, path), ValueOf(literal)));
        }
    }

    private NaiveCondition In(string path)
    {
        string[] values = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Literal())];
        bool isNegated = random.Next(2) == 0;
        return new($"{Qualified(path)} {(isNegated ? "NIN" : "in")} [{string.Join(',', values)}]", d =>
        {
            bool? isIn = values.Select(v => NaiveValue.Compare("=", NaiveValue.Find(d, path), ValueOf(v))).Aggregate(NaiveValue.Or);
            return isNegated ? NaiveValue.Not(isIn) : isIn;
        });
    }

    private NaiveCondition PartOfText(string path)
    {
        string function = ((string[])["STARTSWITH", "ENDSWITH", "CONTAINS"])[random.Next(3)];
        string part = ((string[])["", "a", "p", "b", "1", "dtmi", "D\\'", "é"])[random.Next(8)];
        string plain = part.Replace("\\'", "'", StringComparison.Ordinal);
        return new($"{function}({Qualified(path)}, '{part}')", d =>
        {
            JsonNode? value = NaiveValue.Find(d, path);
            return NaiveValue.KindOf(value) != "string" ? null : function switch
            {
                "STARTSWITH" => value!.GetValue<string>().StartsWith(plain, StringComparison.Ordinal),
                "ENDSWITH" => value!.GetValue<string>().EndsWith(plain, StringComparison.Ordinal),
                _ => value!.GetValue<string>().Contains(plain, StringComparison.Ordinal),
            };
        });
    }

    private string Literal() => Literals[random.Next(Literals.Length)];

    public static JsonNode ValueOf(string literal) => literal switch
    {
        "true" => JsonValue.Create(true),
        "False" => JsonValue.Create(false),
        _ when literal[0] == '\'' => JsonValue.Create(literal[1..^1].Replace("\\'", "'", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal)),
        _ => JsonNode.Parse(literal)!,
    };

    private static bool IsKind(string function, string kind) => function switch
    {
        "IS_DEFINED" => kind != "undefined",
        "IS_NUMBER" => kind == "number",
        "IS_STRING" => kind == "string",
        "IS_BOOL" => kind == "bool",
        "IS_OBJECT" => kind == "object",
        "IS_PRIMITIVE" => kind is "number" or "string" or "bool",
        _ => false,
    };
}
