using System.Collections.Concurrent;
using Gemel.Modeling;
using Gemel.Query;

namespace Gemel.Cluster;

/// <summary>Queries that were prepared before, with the plans they have made since: programs send few texts, many times.</summary>
/// <remarks>Bounded by number; what is too many is forgotten all at once, and prepared again when it is asked for. A query in error is not
/// kept. Threading: safe for concurrent callers.</remarks>
internal sealed class PreparedQueries
{
    public const int Most = 256;

    private readonly ConcurrentDictionary<string, (ModelSet Models, PreparedQuery Query)> _byText = new(StringComparer.Ordinal);
    private ModelSet? _models;

    /// <summary>The query, prepared against these models.</summary>
    public Outcome<PreparedQuery> Prepare(QueryEngine engine, string text, ModelSet models)
    {
        if (_byText.TryGetValue(text, out (ModelSet Models, PreparedQuery Query) known) && ReferenceEquals(known.Models, models))
        {
            return known.Query;
        }
        Outcome<PreparedQuery> prepared = engine.Prepare(text, models);
        if (prepared.TryGetValue(out PreparedQuery? query))
        {
            // Texts of other models hold these in memory, and may never come again.
            if (_byText.Count >= Most || !ReferenceEquals(Interlocked.Exchange(ref _models, models), models))
            {
                _byText.Clear();
            }
            _byText[text] = (models, query);
        }
        return prepared;
    }
}
