using Gemel.Graph;

namespace Gemel.Query;

/// <summary>The state that a query reads and how it shows it.</summary>
/// <param name="Commit">All rows are as of this commit, which the caller keeps pinned while the query runs.</param>
/// <param name="Now">For what is added at reading: staleness, loss of the device.</param>
/// <param name="Json">How whole twins are written.</param>
public readonly record struct QueryMoment(long Commit, Timestamp Now, TwinJsonOptions Json);
