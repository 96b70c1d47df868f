namespace Gemel.Graph;

/// <summary>What a shard needs from outside to take in what was journaled or checkpointed.</summary>
/// <param name="SchemaOf">The schema of a number, of a present or of a deleted model; null where none was ever given.</param>
/// <param name="ShardOf">The shard of a slot, all of which must be in this process during recovery.</param>
public sealed record ReplayContext(Func<int, Modeling.TwinSchema?> SchemaOf, Func<int, Shard> ShardOf);
