using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Mqtt.Tests.Hosting;

/// <summary>An instance in memory whose commits end when the test says so.</summary>
internal sealed class FakeInstance : IInstance, IAuthenticator
{
    public const string AdminKey = "admin-key";

    private volatile Catalog _catalog = Catalog.Empty;

    public Catalog Catalog => _catalog;

    public long DurableCommit { get; set; } = 10;

    public InstanceStatus Status { get; set; } = new(InstancePhase.Ready, 1, null, []);

    public FakeIngest Ingest { get; } = new();

    public FakeChanges Changes { get; } = new();

    public FakeRejections Rejections { get; } = new();

    public FakePresence Presence { get; } = new();

    public IAuthenticator Authenticator => this;

    IIngestGateway IInstance.Ingest => Ingest;

    IChangeFeed IInstance.Changes => Changes;

    IRejectionStore IInstance.Rejections => Rejections;

    IPresence IInstance.Presence => Presence;

    IBackups IInstance.Backups => throw new NotSupportedException();

    IBulkService IInstance.Bulk => throw new NotSupportedException();

    ITwinStore IInstance.Twins => throw new NotSupportedException();

    IModelStore IInstance.Models => throw new NotSupportedException();

    IDeviceRegistry IInstance.Devices => throw new NotSupportedException();

    IKeyStore IInstance.Keys => throw new NotSupportedException();

    IMappingStore IInstance.Mappings => throw new NotSupportedException();

    IHistoryReader IInstance.History => throw new NotSupportedException();

    IQueryService IInstance.Queries => throw new NotSupportedException();

    /// <summary>Adds or rebinds a device; its secret is its id with "-secret" unless another is given.</summary>
    public void Bind(string device, string? secret, params string[] twins)
    {
        DeviceRecord record = new(DeviceId.Create(device), [.. twins.Select(TwinId.Create)], secret ?? $"{device}-secret", default, null, null);
        _catalog = _catalog with { Devices = _catalog.Devices.SetItem(device, record), Commit = _catalog.Commit + 1 };
        Ingest.Catalog = _catalog;
    }

    public ValueTask<Identity?> AuthenticateAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
    {
        string text = Encoding.UTF8.GetString(password.Span);
        if (user == "admin")
        {
            return new(text == AdminKey ? new Identity("key:admin", Role.Administrator, null) : null);
        }
        if (user.StartsWith("key:", StringComparison.Ordinal))
        {
            return new(text == $"{user}-secret" ? new Identity(user, user.Contains("writer", StringComparison.Ordinal) ? Role.Writer : Role.Reader, null) : null);
        }
        bool isKnown = _catalog.Devices.TryGetValue(user, out DeviceRecord? device) && device.SecretHash == text;
        return new(isKnown ? new Identity($"device:{user}", Role.Device, device!.Id) : null);
    }

    public Identity? AuthenticateBearer(ReadOnlySpan<char> key) => throw new NotSupportedException();

    public Identity? AuthenticateCertificate(string device) => throw new NotSupportedException();

    public void Used(Identity identity)
    {
    }
}

internal sealed record Taken(string Sender, string Twin, string Topic, byte[] Payload, PayloadFormat Format)
{
    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>Takes "bad" as rejected, "part" as partly rejected, twin "unknown" as unknown.</summary>
internal sealed class FakeIngest : IIngestGateway
{
    private readonly Channel<Taken> _taken = Channel.CreateUnbounded<Taken>();
    private TaskCompletionSource _gate = Open();
    private long _messages;

    public Catalog Catalog { get; set; } = Catalog.Empty;

    /// <summary>Messages of all sessions so far.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Set: every commit fails so.</summary>
    public GemelException? Failure { get; set; }

    /// <summary>Off for measurements: nothing is kept.</summary>
    public bool KeepsMessages { get; set; } = true;

    public ValueTask<Taken> NextAsync() => _taken.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public bool TryNext(out Taken? message) => _taken.Reader.TryRead(out message);

    /// <summary>Commits wait from now on.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.TrySetResult();

    public IIngestSession Open(Identity identity, string origin) => new Session(this, identity);

    private static TaskCompletionSource Open()
    {
        TaskCompletionSource open = new();
        open.SetResult();
        return open;
    }

    private sealed class Session(FakeIngest owner, Identity identity) : IIngestSession
    {
        private List<MessageReceipt>? _exceptions;

        public int Pending { get; private set; }

        public MessageDisposition Add(in DataMessage message)
        {
            int item = Pending++;
            Interlocked.Increment(ref owner._messages);
            if (!owner.KeepsMessages)
            {
                return MessageDisposition.Taken;
            }
            MessageDisposition disposition = Decide(message);
            if (disposition is MessageDisposition.Taken or MessageDisposition.PartlyRejected)
            {
                owner._taken.Writer.TryWrite(new Taken(identity.Name, message.Twin.ToString(), message.Topic.ToString(), message.Payload.ToArray(), message.Format));
            }
            if (disposition != MessageDisposition.Taken)
            {
                int rejected = disposition == MessageDisposition.PartlyRejected ? 3 : 1;
                (_exceptions ??= []).Add(new MessageReceipt(item, disposition, 0, rejected, [CommonErrors.InvalidId.With("twin", "x", "is bad")]));
            }
            return disposition;
        }

        public ValueTask<Task<WaveReceipt>> FlushAsync(CancellationToken cancellationToken)
        {
            WaveReceipt receipt = new(11, _exceptions);
            (_exceptions, Pending) = (null, 0);
            return new(owner._gate.Task.IsCompleted && owner.Failure is null ? Task.FromResult(receipt) : CommitAsync(receipt, owner._gate.Task));
        }

        public void Dispose()
        {
        }

        private async Task<WaveReceipt> CommitAsync(WaveReceipt receipt, Task gate)
        {
            await gate;
            return owner.Failure is { } failure ? throw failure : receipt;
        }

        private MessageDisposition Decide(in DataMessage message)
        {
            if (message.Twin is "unknown")
            {
                return MessageDisposition.UnknownTwin;
            }
            if (!message.Twin.IsEmpty && !identity.MaySend(owner.Catalog, message.Twin))
            {
                return MessageDisposition.NotAuthorized;
            }
            return message.Payload.SequenceEqual("bad"u8) ? MessageDisposition.Rejected
                : message.Payload.SequenceEqual("part"u8) ? MessageDisposition.PartlyRejected
                : MessageDisposition.Taken;
        }
    }
}

internal sealed class FakeChanges : IChangeFeed
{
    public ResumeToken TokenAfter(long commit) => new(commit, int.MaxValue);

    private readonly ConcurrentDictionary<Channel<IReadOnlyList<TwinEvent>>, byte> _readers = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when somebody reads.</summary>
    public Task Started => _started.Task;

    /// <summary>Ends when a reader has stopped.</summary>
    public Task Ended => _ended.Task;

    public int Readers => _readers.Count;

    public void Publish(params TwinEvent[] events)
    {
        foreach (Channel<IReadOnlyList<TwinEvent>> reader in _readers.Keys)
        {
            reader.Writer.TryWrite(events);
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<TwinEvent>> ReadAsync(
        ChangeFilter filter, ResumeToken? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<IReadOnlyList<TwinEvent>> channel = Channel.CreateUnbounded<IReadOnlyList<TwinEvent>>();
        _readers.TryAdd(channel, 0);
        _started.TrySetResult();
        try
        {
            await foreach (IReadOnlyList<TwinEvent> events in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return events;
            }
        }
        finally
        {
            _readers.TryRemove(channel, out _);
            _ended.TrySetResult();
        }
    }
}

internal sealed class FakeRejections : IRejectionStore
{
    private readonly Channel<Rejection> _recorded = Channel.CreateUnbounded<Rejection>();
    private readonly ConcurrentDictionary<Channel<Rejection>, DeviceId> _followers = new();
    private readonly TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Followed => _followed.Task;

    public ValueTask<Rejection> NextAsync() => _recorded.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Record(Rejection rejection)
    {
        _recorded.Writer.TryWrite(rejection);
        foreach ((Channel<Rejection> follower, DeviceId device) in _followers)
        {
            if (rejection.Device == device)
            {
                follower.Writer.TryWrite(rejection);
            }
        }
    }

    public IReadOnlyList<Rejection> Read(Timestamp from, Timestamp to, DeviceId? device, int limit) => [];

    public async IAsyncEnumerable<Rejection> FollowAsync(DeviceId device, int capacity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<Rejection> channel = Channel.CreateBounded<Rejection>(capacity);
        _followers.TryAdd(channel, device);
        _followed.TrySetResult();
        try
        {
            await foreach (Rejection rejection in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return rejection;
            }
        }
        finally
        {
            _followers.TryRemove(channel, out _);
        }
    }
}

internal sealed record PresenceEvent(bool IsConnected, string Device, string Detail);

internal sealed class FakePresence : IPresence
{
    private readonly Channel<PresenceEvent> _events = Channel.CreateUnbounded<PresenceEvent>();
    private readonly ConcurrentDictionary<long, string> _sessions = new();
    private long _last;

    public ValueTask<PresenceEvent> NextAsync() => _events.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public long Connected(DeviceId device, string clientId, EndPoint? remote)
    {
        long session = Interlocked.Increment(ref _last);
        _sessions[session] = device.Value;
        _events.Writer.TryWrite(new PresenceEvent(true, device.Value, clientId));
        return session;
    }

    public void Disconnected(long session, string reason) => _events.Writer.TryWrite(new PresenceEvent(false, _sessions[session], reason));

    public void Seen(DeviceId device, int messages, int values, TimeSpan? skew)
    {
    }

    public DevicePresence Get(DeviceId device) => throw new NotSupportedException();
}
