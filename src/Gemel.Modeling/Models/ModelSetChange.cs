using System.Collections.Immutable;

namespace Gemel.Modeling;

/// <summary>What an upload made.</summary>
/// <param name="Models">The set with the new models.</param>
/// <param name="Added">The new models in the order of the upload.</param>
public sealed record ModelSetChange(ModelSet Models, ImmutableArray<ModelEntry> Added);
