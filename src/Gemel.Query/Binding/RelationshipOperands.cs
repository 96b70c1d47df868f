using System.Collections.Immutable;
using Gemel.Query.Execution;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>What paths mean on relationships, whose properties are one object each.</summary>
internal sealed class RelationshipOperands(NameScope scope) : IOperandSource
{
    public Operand ValueOf(PathExpression path) => scope.NamesOf(path) is var names && names.IsEmpty ? ConstantOperand.Object : Resolve(names);

    public Operand ShownOf(PathExpression path) =>
        scope.NamesOf(path) is var names && names.IsEmpty ? new RelationshipBodyOperand(new JsonPath(names)) : Resolve(names);

    private static Operand Resolve(ImmutableArray<string> names) => names switch
    {
        [TwinNames.RelationshipId] => new RelationshipTextOperand(static r => r.Id.Value),
        [TwinNames.SourceId] => new RelationshipTextOperand(static r => r.SourceId.Value),
        [TwinNames.TargetId] => new RelationshipTextOperand(static r => r.TargetId.Value),
        [TwinNames.RelationshipName] => new RelationshipTextOperand(static r => r.Name),
        [TwinNames.ETag] => new RelationshipBodyOperand(new JsonPath(names)),
        _ => new RelationshipPropertyOperand(new JsonPath(names)),
    };
}
