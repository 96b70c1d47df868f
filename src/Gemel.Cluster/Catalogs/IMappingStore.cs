using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Changes and tries mappings. Reading goes through <see cref="Catalog.Mappings"/>.</summary>
public interface IMappingStore
{
    /// <summary>Creates or replaces a mapping.</summary>
    /// <param name="name">An id by <see cref="IdRules"/>; it must equal the document's own name.</param>
    /// <param name="document">YAML or JSON as in docs/reference/mapping.md.</param>
    ValueTask<Outcome<MappingRecord>> PutAsync(string name, ReadOnlyMemory<byte> document, Actor actor, CancellationToken cancellationToken);

    /// <summary>False where there is no such mapping; fails while a device uses it.</summary>
    ValueTask<Outcome<bool>> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken);

    /// <summary>Shows what a message would become; changes nothing.</summary>
    Outcome<IReadOnlyList<MappedValue>> Test(MappingTrial trial);
}

/// <param name="Mapping">Name of a stored mapping; null where <paramref name="Document"/> is given.</param>
/// <param name="Device">The device that would publish; null for none.</param>
public sealed record MappingTrial(
    string? Mapping, ReadOnlyMemory<byte> Document, string Topic, ReadOnlyMemory<byte> Payload, PayloadFormat Format, DeviceId? Device);

/// <param name="Error">Why the value would be refused; null where it would be taken.</param>
public sealed record MappedValue(
    string Tag, string? Twin, string? Path, string? ValueJson, string? Unit, Timestamp SourceTime, Quality Quality, GemelError? Error);
