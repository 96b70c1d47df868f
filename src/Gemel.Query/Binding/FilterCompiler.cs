using Gemel.Modeling;
using Gemel.Query.Execution;
using Gemel.Query.Functions;
using Gemel.Query.Syntax;
using Gemel.Query.Values;

namespace Gemel.Query.Binding;

/// <summary>Compiles a checked condition for the rows of one schema, or for relationships: names become columns, and what does
/// not depend on the row is answered here.</summary>
/// <param name="names">What paths mean.</param>
/// <param name="schema">Null for relationships.</param>
internal sealed class FilterCompiler(IOperandSource names, TwinSchema? schema)
{
    public TwinSchema? Schema => schema;

    public Filter Compile(Expression expression) => expression switch
    {
        NotExpression not => new NotFilter(Compile(not.Operand)),
        LogicalExpression { IsAnd: true } and => new AndFilter(and.Operands.Select(Compile)),
        LogicalExpression or => new OrFilter(or.Operands.Select(Compile)),
        ComparisonExpression comparison => Compare(comparison),
        InExpression within => Test(within.Operand, new InTest(within.Values, within.IsNegated)),
        CallExpression call => FunctionTable.Find(call.Name)!.Compile(call, this),
        PathExpression or LiteralExpression => Test(expression, BooleanTest.Instance),
        _ => throw new System.Diagnostics.UnreachableException($"A {expression.GetType().Name} was not checked."),
    };

    /// <summary>A test of one value, in the fastest form that the value allows.</summary>
    public Filter Test(Expression value, ValueTest test) => OperandOf(value) switch
    {
        ConstantOperand constant => new ConstantFilter(test.Test(constant.Value, new Scratch())),
        ColumnOperand column => TestColumn(column, test),
        var operand => new ValueFilter(operand, test),
    };

    private Operand OperandOf(Expression expression) => expression switch
    {
        LiteralExpression literal => new ConstantOperand(literal.Value, literal.Value.Kind),
        PathExpression path => names.ValueOf(path),
        _ => throw new System.Diagnostics.UnreachableException($"A {expression.GetType().Name} is no value."),
    };

    private Filter Compare(ComparisonExpression comparison)
    {
        if (comparison.Right is LiteralExpression right)
        {
            return Test(comparison.Left, new CompareTest(comparison.Operator, right.Value));
        }
        if (comparison.Left is LiteralExpression left)
        {
            return Test(comparison.Right, new CompareTest(comparison.Operator.Mirrored(), left.Value));
        }
        return new PairFilter(OperandOf(comparison.Left), comparison.Operator, OperandOf(comparison.Right));
    }

    private static Filter TestColumn(ColumnOperand column, ValueTest test)
    {
        Scratch scratch = new();
        Truth whenUndefined = test.Test(default, scratch);
        if (column.Kind is ValueKind.Boolean or ValueKind.Enum)
        {
            return new AnswerTableFilter(column.Slot, [.. column.Members.Select(m => test.Test(m.Value, scratch))], whenUndefined);
        }
        if (AnswerForAll(column.Kind, test, scratch) is { } answer)
        {
            return new DefinedFilter(column.Slot, answer, whenUndefined);
        }
        if (test is CompareTest compare && column.Kind is (ValueKind.Integer or ValueKind.Single or ValueKind.Double))
        {
            NumberTest number = NumberTest.Of(column.Kind, compare.Comparison, compare.Literal);
            return number.Constant == Truth.Undefined
                ? new NumberFilter(column.Slot, column.Kind, number)
                : new DefinedFilter(column.Slot, number.Constant, Truth.Undefined);
        }
        return new ValueFilter(column, test);
    }

    /// <summary>The answer that all values of a kind have in common, for the test asks only what they are.</summary>
    private static Truth? AnswerForAll(ValueKind kind, ValueTest test, Scratch scratch)
    {
        bool isNumber = kind is ValueKind.Integer or ValueKind.Single or ValueKind.Double;
        bool isOfKindOnly = test.IsOfKindOnly || (test is CompareTest compare && isNumber && !compare.Literal.Value.IsNumber);
        if (!isOfKindOnly)
        {
            return null;
        }
        if (kind != ValueKind.Json)
        {
            return test.Test(Scalar.Of(isNumber ? ScalarKind.Integer : ScalarKind.Text), scratch);
        }
        Truth ofObject = test.Test(Scalar.Of(ScalarKind.Object), scratch);
        return ofObject == test.Test(Scalar.Of(ScalarKind.Array), scratch) ? ofObject : null;
    }
}
