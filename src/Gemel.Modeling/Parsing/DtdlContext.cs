namespace Gemel.Modeling;

/// <summary>What an element's <c>@context</c> makes known.</summary>
/// <param name="Extensions">Contexts of known extensions.</param>
/// <param name="IsComplete">No context of the list is unknown, so a term that nothing defines is a mistake.</param>
internal sealed record DtdlContext(DtdlVersion Version, IReadOnlyList<string> Extensions, bool IsComplete);

/// <summary>What to do with extension contexts that are not known, and what they may define.</summary>
internal enum UnknownExtensions
{
    /// <summary>Taken; their types and properties are ignored.</summary>
    Tolerated,
    /// <summary>As the language's reference parser does by default: taken in version 2, refused in later ones.</summary>
    ByVersion,
    Refused,
}
