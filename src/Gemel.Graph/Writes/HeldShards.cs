namespace Gemel.Graph;

/// <summary>The shards whose gates the caller holds.</summary>
/// <param name="slot">Of a twin's id, see <see cref="Slots"/>.</param>
/// <returns>The shard of the slot; null where its gate is not held.</returns>
public delegate Shard? HeldShards(int slot);
