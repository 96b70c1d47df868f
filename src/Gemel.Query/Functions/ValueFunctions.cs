using Gemel.Query.Binding;
using Gemel.Query.Execution;
using Gemel.Query.Syntax;
using Gemel.Query.Values;

namespace Gemel.Query.Functions;

/// <summary>A function that asks one property something.</summary>
internal sealed class TypeFunction(string name, Func<ScalarKind, bool> isWanted) : QueryFunction(name, $"{name}(property)")
{
    private readonly KindTest _test = new(isWanted);

    public override void Check(CallExpression call, CheckContext check)
    {
        if (CheckCount(call, check, 1))
        {
            check.Value(call.Arguments[0]);
        }
    }

    public override Filter Compile(CallExpression call, FilterCompiler compiler) => compiler.Test(call.Arguments[0], _test);
}

/// <summary>A function that asks one property something about a text.</summary>
internal sealed class TextFunction(string name, TextMatch match) : QueryFunction(name, $"{name}(property, 'text')")
{
    public override void Check(CallExpression call, CheckContext check)
    {
        if (!CheckCount(call, check, 2))
        {
            return;
        }
        check.Value(call.Arguments[0]);
        if (call.Arguments[1] is not (LiteralExpression { Value.Kind: ScalarKind.Text } or ErrorExpression))
        {
            ReportForm(call, check, "its second argument is not a string");
        }
    }

    public override Filter Compile(CallExpression call, FilterCompiler compiler) =>
        compiler.Test(call.Arguments[0], new TextTest(match, ((LiteralExpression)call.Arguments[1]).Value.Utf8));
}

/// <summary>Whether an array has an element.</summary>
internal sealed class ArrayContainsFunction() : QueryFunction("ARRAY_CONTAINS", "ARRAY_CONTAINS(property, value)")
{
    public override void Check(CallExpression call, CheckContext check)
    {
        if (!CheckCount(call, check, 2))
        {
            return;
        }
        check.Value(call.Arguments[0]);
        if (call.Arguments[1] is not (LiteralExpression or ErrorExpression))
        {
            ReportForm(call, check, "its second argument is not a value");
        }
    }

    public override Filter Compile(CallExpression call, FilterCompiler compiler) =>
        compiler.Test(call.Arguments[0], new ArrayContainsTest(((LiteralExpression)call.Arguments[1]).Value));
}
