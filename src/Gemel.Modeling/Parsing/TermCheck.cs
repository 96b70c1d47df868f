namespace Gemel.Modeling;

/// <summary>Decides whether a type or property that nothing in the element's context defines is a mistake.</summary>
/// <remarks>Version 2 takes nearly every type, later versions those that an unknown extension may have defined; a property
/// is taken only beside a type that may have brought it.</remarks>
internal static class TermCheck
{
    private enum Sort
    {
        /// <summary>A plain word that no context defines.</summary>
        Undefined,
        /// <summary>Defined, but not for this place.</summary>
        Irrelevant,
        InvalidDtmi,
        /// <summary>An IRI of another scheme.</summary>
        Foreign,
    }

    public static bool TakesType(string type, DtdlContext context) => SortOf(type, context) switch
    {
        Sort.InvalidDtmi => false,
        Sort.Irrelevant => !context.IsComplete,
        Sort.Foreign => context.Version.TakesUndefinedTerms,
        _ => context.Version.TakesUndefinedTerms || !context.IsComplete,
    };

    /// <param name="property">The key as given.</param>
    /// <param name="context">The element's context.</param>
    /// <param name="hasUnknownType">The element has a co-type that no known context defines.</param>
    public static bool TakesProperty(string property, DtdlContext context, bool hasUnknownType)
    {
        bool fits = context.Version.TakesUndefinedTerms || (SortOf(property, context) is Sort.Undefined or Sort.Irrelevant && !context.IsComplete);
        return fits && hasUnknownType;
    }

    /// <summary>Version 2 has a class for the units of each quantity, <c>LengthUnit</c>, which no element of a model can have.</summary>
    private static bool IsUnitClass(string term, DtdlContext context) =>
        context.Version.HasSemanticTypes && term.EndsWith("Unit", StringComparison.Ordinal) && Units.OfQuantity(term[..^4]).Count > 0;

    private static Sort SortOf(string term, DtdlContext context)
    {
        if (term.StartsWith(Dtmi.Scheme, StringComparison.Ordinal))
        {
            bool valid = Dtmi.IsValid(term, context.Version.NeedsIdVersion);
            return valid ? Sort.Irrelevant : Sort.InvalidDtmi;
        }
        if (term.Contains(':', StringComparison.Ordinal))
        {
            return Sort.Foreign;
        }
        bool defined = ClassTable.IsPropertyName(term) || ClassTable.TryFindClass(term, context.Version, out _)
            || StandardSchemas.Find(term, context) is not null || Extensions.Find(term, context) is not null;
        return defined || IsUnitClass(term, context) ? Sort.Irrelevant : Sort.Undefined;
    }
}
