namespace Gemel.Cluster;

/// <summary>One running instance of twins: everything that a door (MQTT, HTTP, command line) needs.</summary>
/// <remarks>Threading: safe for concurrent callers. All reads show the state at <see cref="DurableCommit"/> or later, so
/// what a caller has had acknowledged is in its next answer.</remarks>
public interface IInstance
{
    /// <summary>Models, devices, mappings and keys at the newest durable commit.</summary>
    Catalog Catalog { get; }

    /// <summary>The newest commit that is on disk; everything acknowledged lies at or before it.</summary>
    long DurableCommit { get; }

    InstanceStatus Status { get; }

    ITwinStore Twins { get; }

    IModelStore Models { get; }

    IDeviceRegistry Devices { get; }

    IMappingStore Mappings { get; }

    IKeyStore Keys { get; }

    IAuthenticator Authenticator { get; }

    IIngestGateway Ingest { get; }

    IChangeFeed Changes { get; }

    IHistoryReader History { get; }

    IQueryService Queries { get; }

    IBulkService Bulk { get; }

    IRejectionStore Rejections { get; }

    IPresence Presence { get; }

    IBackups Backups { get; }
}

public enum InstancePhase
{
    /// <summary>Recovery is going on; nothing is answered yet.</summary>
    Starting,
    Ready,
    /// <summary>The journal cannot be written; reads go on, writes are refused with the reason.</summary>
    ReadOnly,
    Stopping,
}

/// <param name="Progress">Share of the recovery that is done, 0 to 1; 1 once ready.</param>
/// <param name="Reason">Why the instance is read-only; null otherwise.</param>
/// <param name="Followers">Each follower of the journal and how many commits it is behind.</param>
public sealed record InstanceStatus(InstancePhase Phase, double Progress, string? Reason, IReadOnlyList<FollowerStatus> Followers)
{
    /// <summary>Why device data is refused while all else goes on; null where it is taken.</summary>
    public string? IngestRefusal { get; init; }
}

/// <param name="Position">The last commit the follower has taken over.</param>
/// <param name="Failure">Why it does not get on at present, though it goes on trying; null where it does well.</param>
public sealed record FollowerStatus(string Name, long Position, long LagCommits, string? Failure);
