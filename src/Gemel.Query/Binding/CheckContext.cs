using Gemel.Graph;
using Gemel.Query.Functions;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>Checks conditions without knowing a schema: calls, and that values stand where values must.</summary>
internal sealed class CheckContext(NameScope scope, bool isOfRelationships, DiagnosticList diagnostics)
{
    public NameScope Scope => scope;

    public bool IsOfRelationships => isOfRelationships;

    public void Report(TextSpan place, GemelError error) => diagnostics.Add(place, error);

    /// <summary>What stands where a condition must.</summary>
    public void Condition(Expression expression)
    {
        switch (expression)
        {
            case NotExpression not:
                Condition(not.Operand);
                break;
            case LogicalExpression logical:
                foreach (Expression operand in logical.Operands)
                {
                    Condition(operand);
                }
                break;
            case ComparisonExpression comparison:
                Value(comparison.Left);
                Value(comparison.Right);
                break;
            case InExpression within:
                Value(within.Operand);
                break;
            case CallExpression call:
                Call(call);
                break;
            case LiteralExpression { Value.Kind: not Values.ScalarKind.Boolean } literal:
                Report(literal.Span, QueryErrors.Expected.With("a condition", "a value", "Compare it with something."));
                break;
        }
    }

    /// <summary>What stands where a property or a constant must.</summary>
    public void Value(Expression expression)
    {
        if (expression is not (PathExpression or LiteralExpression or ErrorExpression))
        {
            Report(expression.Span, QueryErrors.Expected.With("a property or a value", "a condition", "A condition cannot be compared; use AND, OR and NOT."));
        }
    }

    private void Call(CallExpression call)
    {
        if (FunctionTable.Find(call.Name) is { } function)
        {
            function.Check(call, this);
        }
        else
        {
            Report(call.NameSpan, QueryErrors.UnknownFunction.With(call.Name, NearestName.Suggest(call.Name.ToUpperInvariant(), FunctionTable.Names)));
        }
    }
}
