using Gemel.Query.Execution;
using Gemel.Query.Values;

namespace Gemel.Query.Functions;

/// <summary>All functions of the language.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<string, QueryFunction> Functions = new QueryFunction[]
    {
        new IsOfModelFunction(),
        new TypeFunction("IS_DEFINED", kind => kind != ScalarKind.Undefined),
        new TypeFunction("IS_NULL", kind => kind == ScalarKind.Null),
        new TypeFunction("IS_NUMBER", kind => kind is ScalarKind.Integer or ScalarKind.Double),
        new TypeFunction("IS_STRING", kind => kind == ScalarKind.Text),
        new TypeFunction("IS_BOOL", kind => kind == ScalarKind.Boolean),
        new TypeFunction("IS_OBJECT", kind => kind == ScalarKind.Object),
        new TypeFunction("IS_PRIMITIVE", kind => kind is not (ScalarKind.Undefined or ScalarKind.Object or ScalarKind.Array)),
        new TextFunction("STARTSWITH", TextMatch.StartsWith),
        new TextFunction("ENDSWITH", TextMatch.EndsWith),
        new TextFunction("CONTAINS", TextMatch.Contains),
        new ArrayContainsFunction(),
    }.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => Functions.Keys;

    public static QueryFunction? Find(string name) => Functions.GetValueOrDefault(name);
}
