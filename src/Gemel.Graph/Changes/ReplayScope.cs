namespace Gemel.Graph;

/// <summary>What a commit touches beside the twins of single shards.</summary>
[Flags]
public enum ReplayScope
{
    /// <summary>Twins only: each shard may take its own by itself.</summary>
    Twins = 0,
    /// <summary>Relationships, which lead from shard to shard.</summary>
    Relationships = 1,
    /// <summary>Models, devices, mappings or keys, on which later changes of twins may rest.</summary>
    Catalog = 2,
}
