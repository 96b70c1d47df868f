using System.Collections.Immutable;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

/// <summary>An instance without journal: twins live in a real shard, the rest in plain collections that a test sets up.</summary>
internal sealed class InMemoryInstance : IInstance
{
    public const string AdminKey = "the-administrators-key";

    public InMemoryInstance()
    {
        InMemoryTwins = new InMemoryTwins(() => Catalog.Models, commit => DurableCommit = commit);
        InMemoryDevices = new InMemoryDevices(this);
        InMemoryMappings = new InMemoryMappings(this);
        InMemoryIngest = new InMemoryIngest(this);
    }

    public Catalog Catalog { get; set; } = Catalog.Empty;

    public long DurableCommit { get; set; }

    public InstanceStatus Status { get; set; } = new(InstancePhase.Ready, 1, null, [new FollowerStatus("history", 0, 0, Failure: null)]);

    public InMemoryTwins InMemoryTwins { get; }

    public InMemoryDevices InMemoryDevices { get; }

    public InMemoryMappings InMemoryMappings { get; }

    public InMemoryIngest InMemoryIngest { get; }

    public InMemoryChanges InMemoryChanges { get; } = new();

    public ScriptedHistory ScriptedHistory { get; } = new();

    public ScriptedQueries ScriptedQueries { get; } = new();

    public ScriptedBulk ScriptedBulk { get; } = new();

    public InMemoryRejections InMemoryRejections { get; } = new();

    public ITwinStore Twins => InMemoryTwins;

    public IModelStore Models => new InMemoryModels(this);

    public IDeviceRegistry Devices => InMemoryDevices;

    public IMappingStore Mappings => InMemoryMappings;

    public IKeyStore Keys => InMemoryDevices;

    public IAuthenticator Authenticator => InMemoryDevices;

    public IIngestGateway Ingest => InMemoryIngest;

    public IChangeFeed Changes => InMemoryChanges;

    public IHistoryReader History => ScriptedHistory;

    public IQueryService Queries => ScriptedQueries;

    public IBulkService Bulk => ScriptedBulk;

    public IRejectionStore Rejections => InMemoryRejections;

    public IPresence Presence => InMemoryDevices;

    public InMemoryBackups InMemoryBackups { get; } = new();

    public IBackups Backups => InMemoryBackups;
}
