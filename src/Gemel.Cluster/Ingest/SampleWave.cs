using System.Diagnostics;
using Gemel.Graph;
using Gemel.Ingest;

namespace Gemel.Cluster;

/// <summary>The messages that one session sends together: one batch per shard they touch.</summary>
internal sealed class SampleWave(IngestGateway gateway, string origin, byte[] actorUtf8, byte[] originUtf8)
{
    // Beyond it a message keeps one reason: thousands of bad messages in one body must not cost a thousand times their size.
    private const int MaxReasons = 10_000;

    private readonly SampleBatchWriter?[] _batches = new SampleBatchWriter?[gateway.Services.Shards.All.Count];
    // Null where nothing was sent to the shard.
    private readonly Task<IngestAnswer>?[] _answers = new Task<IngestAnswer>?[gateway.Services.Shards.All.Count];
    private readonly List<DeadbandMemory> _deadbands = [];
    private List<MessageReceipt>? _exceptions;
    private ShardRefusals? _refusals;
    private Activity? _activity;
    private long _sent;
    private int _reasons;
    private int _values;
    private int _leftOut;
    private Timestamp _newestSource;

    public int Messages { get; set; }

    /// <summary>All reasons of a message are to be kept, not only its first.</summary>
    public bool HasRoomForReasons => _reasons < MaxReasons;

    /// <param name="deadbands">What the deadbands of a message of this wave compare with.</param>
    public void Uses(DeadbandMemory deadbands)
    {
        if (!_deadbands.Contains(deadbands))
        {
            _deadbands.Add(deadbands);
        }
    }

    public void Saw(DecodeReport report)
    {
        _values += report.Taken;
        _leftOut += report.LeftOut;
        if (report.NewestSource > _newestSource)
        {
            _newestSource = report.NewestSource;
        }
    }

    public void Except(MessageReceipt receipt)
    {
        (_exceptions ??= []).Add(receipt);
        Count(receipt.Errors);
    }

    public SampleBatchWriter BatchFor(int shard)
    {
        return _batches[shard] ?? Begin(shard);

        SampleBatchWriter Begin(int number)
        {
            SampleBatchWriter batch = gateway.RentBatch();
            batch.Begin(actorUtf8, originUtf8, Timestamp.From(gateway.Services.Clock.GetUtcNow()));
            return _batches[number] = batch;
        }
    }

    /// <summary>Hands the batches to the shards' grains; waits for credits. Where it fails, <see cref="GiveUpAsync"/> is due.</summary>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        IngestMetrics.Decoded(origin, Messages, _leftOut);
        _activity = ClusterDiagnostics.Activities.StartActivity("ingest wave");
        _activity?.SetTag("messages", Messages);
        _sent = gateway.Services.Clock.GetTimestamp();
        for (int shard = 0; shard < _batches.Length; shard++)
        {
            if (_batches[shard] is { IsEmpty: false } batch)
            {
                await gateway.TakeCreditAsync(shard, cancellationToken).ConfigureAwait(false);
                _answers[shard] = gateway.Services.Grains[shard].Ingest(new IngestBatch(batch.Written)).AnswerAsync();
            }
        }
    }

    public void ReportTo(Presence presence, DeviceId device)
    {
        TimeSpan? skew = _newestSource.IsNone ? null : Timestamp.From(gateway.Services.Clock.GetUtcNow()) - _newestSource;
        presence.Seen(device, Messages, _values, skew);
    }

    /// <summary>Ends when all shards have answered and the wave before has ended, whichever way.</summary>
    /// <exception cref="GemelException">Of the first shard that did not take its part.</exception>
    public async Task<WaveReceipt> CompleteAfterAsync(Task<WaveReceipt> before)
    {
        long commit = 0;
        try
        {
            for (int shard = 0; shard < _answers.Length; shard++)
            {
                if (_answers[shard] is { } pending)
                {
                    IngestAnswer answer = await pending.ConfigureAwait(false);
                    commit = Math.Max(commit, answer.Commit);
                    Refuse(shard, answer);
                }
            }
            _exceptions = _refusals?.MergeInto(_exceptions ?? [], _batches, MaxReasons - _reasons) ?? _exceptions;
            IngestMetrics.Durable(gateway.Services.Clock.GetElapsedTime(_sent));
        }
        catch
        {
            ForgetDeadbands();
            throw;
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
            await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return new WaveReceipt(commit, _exceptions);
    }

    /// <summary>Ends a wave that was not sent, or only in part: waits for the shards that have a batch, for until then they may read it.</summary>
    public async Task GiveUpAsync()
    {
        ForgetDeadbands();
        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Gives back what a wave holds that is never sent.</summary>
    public void Abandon()
    {
        ForgetDeadbands();
        Release();
    }

    private IEnumerable<Task<IngestAnswer>> Sent => _answers.OfType<Task<IngestAnswer>>();

    private async Task EndAsync()
    {
        await ((Task)Task.WhenAll(Sent)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _activity?.Dispose();
        Release();
    }

    // What no commit holds was not taken: the next value of each path must pass the deadband.
    private void ForgetDeadbands() => _deadbands.ForEach(deadbands => deadbands.Forget());

    private void Refuse(int shard, IngestAnswer answer)
    {
        foreach (RejectedItem item in answer.Rejected ?? [])
        {
            GemelError error = (item.IsSchemaChange ? IngestErrors.ModelGone : IngestErrors.TwinGone).With($"of message {item.Item}");
            IngestMetrics.Refused(error.Code.Code);
            (_refusals ??= new ShardRefusals()).Add(shard, item, error);
        }
    }

    private void Count(IReadOnlyList<GemelError> reasons)
    {
        _reasons += reasons.Count;
        foreach (GemelError error in reasons)
        {
            IngestMetrics.Refused(error.Code.Code);
        }
    }

    private void Release()
    {
        for (int shard = 0; shard < _batches.Length; shard++)
        {
            Task<IngestAnswer>? answer = _answers[shard];
            if (answer is not null)
            {
                gateway.ReturnCredit(shard);
            }
            if (_batches[shard] is { } batch)
            {
                _batches[shard] = null;
                // Where the shard said nothing, the call may still lie in its mailbox: such a batch is never written again.
                if (answer is null || !GrainCalls.MayStillRun(answer))
                {
                    gateway.ReturnBatch(batch);
                }
            }
        }
    }
}
