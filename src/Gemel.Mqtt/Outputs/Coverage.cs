using System.Collections.Immutable;

namespace Gemel.Mqtt.Outputs;

/// <summary>Whose outputs of one kind a session gets, after narrowing: by id, with the commit after which changes are sent.</summary>
/// <param name="All">Any id (administrators with a wildcard); null where not.</param>
internal sealed record Coverage(long? All, ImmutableDictionary<string, long> Ids)
{
    public static Coverage None { get; } = new(null, ImmutableDictionary.Create<string, long>(StringComparer.Ordinal));

    public bool IsEmpty => All is null && Ids.IsEmpty;

    public bool Covers(string id) => All is not null || Ids.ContainsKey(id);

    public Coverage With(string id, long since) =>
        this with { Ids = Ids.SetItem(id, Ids.TryGetValue(id, out long earlier) ? Math.Min(earlier, since) : since) };
}
