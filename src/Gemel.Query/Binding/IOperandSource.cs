using Gemel.Query.Execution;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>What paths mean on the rows of one kind.</summary>
internal interface IOperandSource
{
    /// <summary>The value to test; an undefined constant where the rows have no such thing. Of an object that is no property
    /// (a component, $metadata) it says only that it is one.</summary>
    Operand ValueOf(PathExpression path);

    /// <summary>The value to show, all of it.</summary>
    Operand ShownOf(PathExpression path);
}
