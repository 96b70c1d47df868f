using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Http.Tests;

/// <summary>Mappings as given; a trial answers what the test says.</summary>
internal sealed class InMemoryMappings(InMemoryInstance instance) : IMappingStore
{
    public MappingTrial? LastTrial { get; private set; }

    public IReadOnlyList<MappedValue> TrialAnswer { get; set; } = [];

    public ValueTask<Outcome<MappingRecord>> PutAsync(string name, ReadOnlyMemory<byte> document, Actor actor, CancellationToken cancellationToken)
    {
        MappingRecord mapping = new(name, document, InMemoryTwins.Start);
        instance.Catalog = instance.Catalog with { Mappings = instance.Catalog.Mappings.SetItem(name, mapping) };
        return new(Outcome<MappingRecord>.Success(mapping));
    }

    public ValueTask<Outcome<bool>> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        bool known = instance.Catalog.Mappings.ContainsKey(name);
        instance.Catalog = instance.Catalog with { Mappings = instance.Catalog.Mappings.Remove(name) };
        return new(Outcome<bool>.Success(known));
    }

    public Outcome<IReadOnlyList<MappedValue>> Test(MappingTrial trial)
    {
        LastTrial = trial;
        return Outcome<IReadOnlyList<MappedValue>>.Success(TrialAnswer);
    }
}
