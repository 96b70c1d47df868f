using System.Collections.Immutable;
using Gemel.Query.Binding;
using Gemel.Query.Execution;
using Gemel.Query.Syntax;
using Gemel.Query.Values;

namespace Gemel.Query.Functions;

/// <summary>Whether a twin's model, or one that it extends, is a model or a newer version of it; decided once per schema.</summary>
internal sealed class IsOfModelFunction() : QueryFunction("IS_OF_MODEL", "IS_OF_MODEL([alias,] 'dtmi:…;1' [, exact])")
{
    private const string Exact = "exact";

    public override void Check(CallExpression call, CheckContext check)
    {
        if (check.IsOfRelationships)
        {
            check.Report(call.Span, QueryErrors.NotForRelationships.With(Name));
            return;
        }
        ImmutableArray<Expression> arguments = WithoutAlias(call, check);
        if (arguments.Length is < 1 or > 2)
        {
            ReportForm(call, check, $"it has {call.Arguments.Length} arguments");
        }
        else if (arguments[0] is not (LiteralExpression { Value.Kind: ScalarKind.Text } or ErrorExpression))
        {
            ReportForm(call, check, "the model is not a string");
        }
        else if (arguments.Length == 2 && !IsExact(arguments[1]))
        {
            ReportForm(call, check, "its last argument can only be the word exact");
        }
    }

    public override Filter Compile(CallExpression call, FilterCompiler compiler)
    {
        ImmutableArray<Expression> arguments = call.Arguments[0] is PathExpression ? call.Arguments.RemoveAt(0) : call.Arguments;
        ModelId model = new(((LiteralExpression)arguments[0]).Value.Text);
        bool isOf = arguments.Length == 2 ? compiler.Schema!.Model == model : compiler.Schema!.IsOfModel(model);
        return new ConstantFilter(isOf.ToTruth());
    }

    private static ImmutableArray<Expression> WithoutAlias(CallExpression call, CheckContext check)
    {
        if (call.Arguments.IsEmpty || call.Arguments[0] is not PathExpression path)
        {
            return call.Arguments;
        }
        if (!check.Scope.IsWhole(path))
        {
            string fix = check.Scope.Alias is { } alias ? $"The collection is called '{alias}'." : "Name it: FROM DIGITALTWINS T.";
            check.Report(path.Span, QueryErrors.UnknownAlias.With(path.Text, fix));
        }
        return call.Arguments.RemoveAt(0);
    }

    private static bool IsExact(Expression expression) =>
        expression is ErrorExpression || (expression is PathExpression path && string.Equals(path.Text, Exact, StringComparison.OrdinalIgnoreCase));
}
