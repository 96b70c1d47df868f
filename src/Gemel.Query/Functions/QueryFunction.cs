using Gemel.Query.Binding;
using Gemel.Query.Execution;
using Gemel.Query.Syntax;

namespace Gemel.Query.Functions;

/// <summary>A function that stands as a condition. A new one is a class and a line in <see cref="FunctionTable"/>.</summary>
/// <param name="name">In upper case; called in any case.</param>
/// <param name="form">As an error shows it: <c>CONTAINS(property, 'text')</c>.</param>
internal abstract class QueryFunction(string name, string form)
{
    public string Name => name;

    /// <summary>Reports arguments that do not fit.</summary>
    public abstract void Check(CallExpression call, CheckContext check);

    /// <summary>The function on one schema; the call was checked.</summary>
    public abstract Filter Compile(CallExpression call, FilterCompiler compiler);

    protected void ReportForm(CallExpression call, CheckContext check, string problem) =>
        check.Report(call.Span, QueryErrors.WrongArguments.With(name, problem, form));

    /// <returns>False where it was reported that the number is another one.</returns>
    protected bool CheckCount(CallExpression call, CheckContext check, int count)
    {
        if (call.Arguments.Length != count)
        {
            ReportForm(call, check, $"it has {call.Arguments.Length} arguments");
        }
        return call.Arguments.Length == count;
    }
}
