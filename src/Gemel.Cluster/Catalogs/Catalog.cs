using System.Collections.Immutable;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>What an instance knows beside twins: models, devices, mappings. Immutable; a change is a commit and a new catalog.</summary>
/// <param name="Devices">By device id, ordinal.</param>
/// <param name="Mappings">By name, ordinal.</param>
/// <param name="Commit">The commit that last changed it.</param>
public sealed record Catalog(
    ModelSet Models,
    ImmutableSortedDictionary<string, DeviceRecord> Devices,
    ImmutableSortedDictionary<string, MappingRecord> Mappings,
    long Commit)
{
    public static Catalog Empty { get; } = new(
        ModelSet.Empty,
        ImmutableSortedDictionary.Create<string, DeviceRecord>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, MappingRecord>(StringComparer.Ordinal),
        Commit: 0);
}

/// <summary>A device that may publish for the twins bound to it.</summary>
/// <param name="Twins">Twins it publishes and subscribes for; they need not exist yet.</param>
/// <param name="SecretHash">Salted hash of the secret, as <c>Gemel.Security</c> writes it; never the secret.</param>
/// <param name="Mapping">Name of the mapping that resolves its tags and topics; null where it speaks the contract's own form.</param>
/// <param name="Interval">How often values should come; a value older than that is stale. Null: unknown, never stale.</param>
public sealed record DeviceRecord(
    DeviceId Id,
    ImmutableArray<TwinId> Twins,
    string SecretHash,
    Timestamp Created,
    string? Mapping,
    TimeSpan? Interval);

/// <param name="Document">The mapping as given, YAML or JSON.</param>
public sealed record MappingRecord(string Name, ReadOnlyMemory<byte> Document, Timestamp Changed);
