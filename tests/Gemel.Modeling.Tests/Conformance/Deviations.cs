namespace Gemel.Modeling.Tests.Conformance;

/// <summary>Where the verdict differs from the reference parser's on purpose or not yet; each with its reason.</summary>
internal static class Deviations
{
    private static readonly string[] ExtensionRules =
    [
        "AnnotatesCommand", "AnnotatesPropertyAnnotation", "AnnotatesTelemetryAnnotation", "OverridesPropertyMissingUnit", "OverrideSameInherited", "NotIdempotent", "DuplicateIndex",
        "AdjunctTypeMqtt", "ObjectErrorField", "ObjectPropertyResult", "ObjectResultField", "ObjectWithAdjunctType", "ObjectWithoutCotypeField",
    ];

    /// <param name="each">A case whose verdict differs.</param>
    /// <param name="firstError">The code of the first error; null where the case was taken.</param>
    /// <returns>null where the difference is a mistake.</returns>
    public static string? ReasonOf(ConformanceCase each, string? firstError)
    {
        string text = string.Concat(each.Documents.Select(d => System.Text.Encoding.UTF8.GetString(d.Json.Span)));
        return firstError switch
        {
            "GMM061" => "an interface must be a model of its own, as Azure Digital Twins asks",
            "GMM060" when each.Name.Contains("ToChildInterface", StringComparison.Ordinal) => "the same: the reference goes to an inline interface",
            "GMM062" => "contents, fields and the like are written out where they stand",
            "GMM084" => "schemas of version 4 alone",
            "GMM075" when each.Version == 4 => "recursive schemas of version 4",
            "GMM015" when text.Contains("dtmi:iotoperations:", StringComparison.Ordinal) => "an extension that is not known",
            null when Array.Exists(ExtensionRules, r => each.Name.Contains(r, StringComparison.Ordinal)) => "finer rules of the types of an extension",
            _ => null,
        };
    }
}
