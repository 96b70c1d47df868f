namespace Gemel.Cluster;

/// <summary>What the grains of this silo work on: loaded and replayed before the silo takes its first call.</summary>
internal sealed class ShardHost
{
    private ShardSet? _shards;
    private Committer? _committer;
    private CatalogOwner? _catalog;

    public ShardSet Shards => _shards ?? throw NotLoaded();

    public Committer Committer => _committer ?? throw NotLoaded();

    public CatalogOwner Catalog => _catalog ?? throw NotLoaded();

    public TwinMarks Marks { get; } = new();

    public void Load(ShardSet shards, CatalogOwner catalog, Committer committer) =>
        (_shards, _catalog, _committer) = (shards, catalog, committer);

    private static InvalidOperationException NotLoaded() => new("A grain was called before the shards were loaded.");
}
