namespace Gemel.Modeling;

/// <summary>All rules that need more than one element, in one list.</summary>
internal static class ModelRules
{
    /// <summary>Checks the new interfaces of the scope.</summary>
    public static void Check(ModelScope scope, ErrorList errors)
    {
        UniqueIdRule.Check(scope, errors);
        foreach (Element model in scope.New)
        {
            ReferenceRule.Check(model, scope, errors);
            InheritanceRule.Check(model, scope, errors);
            ComponentRule.Check(model, scope, errors);
            SchemaRule.Check(model, scope, errors);
            EnumRule.Check(model, errors);
            SemanticTypeRule.Check(model, scope, errors);
        }
    }
}
