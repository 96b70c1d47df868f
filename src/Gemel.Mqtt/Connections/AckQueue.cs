using System.Buffers;
using Gemel.Cluster;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;

namespace Gemel.Mqtt.Connections;

/// <summary>Answers a connection's waves in order, each after its commit.</summary>
/// <remarks>
/// The reader enqueues waves and goes on reading; a task that lives only while waves wait follows them, gathers those whose
/// commit is done, and writes their answers as one block of bytes. So one connection keeps thousands of messages in flight,
/// and a silent connection costs no task. After a failed commit nothing more is acknowledged: the client sends again what
/// it has no answer for, so nothing is lost and nothing is claimed that is not durable.
/// Threading: <see cref="Enqueue"/> and <see cref="Rent"/> by the reader alone; the rest by anybody.
/// </remarks>
internal sealed class AckQueue(PacketOutput output, QoS2Inbox inbox, AckStyle style, MqttMetrics metrics, Action<Exception> onFailure)
{
    private readonly Lock _sync = new();
    private readonly Queue<Wave> _waves = new();
    private readonly Stack<Wave> _spare = new();
    private readonly List<Wave> _batch = [];
    private TaskCompletionSource? _progress;
    private int _waiting;
    private int _unanswered;
    private int _quotaUsed;
    private bool _hasFailed;
    private Task _drain = Task.CompletedTask;

    /// <summary>Waves that wait for commit or answer.</summary>
    public int WavesInFlight => Volatile.Read(ref _waiting);

    /// <summary>QoS 1 and 2 messages without an answer from here.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Messages that count against the receive maximum (MQTT 5, section 4.9): QoS 2 until PUBREL.</summary>
    public int QuotaUsed => Volatile.Read(ref _quotaUsed);

    public Wave Rent()
    {
        lock (_sync)
        {
            return _spare.TryPop(out Wave? wave) ? wave : new Wave();
        }
    }

    /// <summary>A QoS 1 or 2 message came.</summary>
    public void Began()
    {
        Interlocked.Increment(ref _unanswered);
        Interlocked.Increment(ref _quotaUsed);
    }

    /// <summary>PUBREL came: the QoS 2 message no longer counts.</summary>
    public void ReleaseQuota()
    {
        if (Interlocked.Decrement(ref _quotaUsed) < 0)
        {
            Interlocked.Increment(ref _quotaUsed);   // the message was sent over an earlier connection of the session
        }
    }

    public void Enqueue(Wave wave)
    {
        lock (_sync)
        {
            _waves.Enqueue(wave);
            if (_waiting++ == 0)
            {
                _drain = Task.Run(DrainAsync);
            }
        }
    }

    /// <summary>Waits until there are fewer waves and unanswered messages than the bounds say.</summary>
    public async ValueTask WaitForRoomAsync(int maxWaves, int maxUnanswered, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress;
            lock (_sync)
            {
                if (_waiting == 0 || (_waiting < maxWaves && Unanswered < maxUnanswered))
                {
                    return;
                }
                _progress ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                progress = _progress.Task;
            }
            await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends when every wave enqueued so far is answered or failed.</summary>
    public Task DrainedAsync()
    {
        lock (_sync)
        {
            return _drain;
        }
    }

    private async Task DrainAsync()
    {
        bool more = true;
        while (more)
        {
            Wave first;
            lock (_sync)
            {
                first = _waves.Dequeue();
            }
            if (await IsDurableAsync(first).ConfigureAwait(false))
            {
                _batch.Add(first);
                GatherDurable();
                await AnswerAsync().ConfigureAwait(false);
                more = Finished(_batch);
                _batch.Clear();
            }
            else
            {
                more = Finished([first]);
            }
        }
    }

    private async Task<bool> IsDurableAsync(Wave wave)
    {
        try
        {
            _ = await wave.Commit.ConfigureAwait(false);
            return true;
        }
        catch (GemelException) when (RefusalOf(wave) is not null)
        {
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it was, nothing of the wave may be acknowledged; the connection reports it and ends.
            _hasFailed = true;
            ForgetReceived(wave);
            onFailure(failure);
            return false;
        }
    }

    /// <summary>Why a wave was refused as a whole before anything was done with it, where its answers can tell: MQTT 5 has a reason code for a disk without room, and the connection, on which
    /// commands come too, may stay. An older client's acknowledgement can only say yes: its connection ends, and it sends again.</summary>
    private GemelError? RefusalOf(Wave wave) =>
        style.IsVersion5 && wave.Commit.Exception?.InnerException is GemelException refused && refused.Error.Code == ClusterErrors.DiskReserved ? refused.Error : null;

    private void GatherDurable()
    {
        lock (_sync)
        {
            while (_waves.TryPeek(out Wave? next) && next.Commit.IsCompletedSuccessfully)
            {
                _batch.Add(_waves.Dequeue());
            }
        }
    }

    private async ValueTask AnswerAsync()
    {
        bool hasAcks = false;
        foreach (Wave wave in _batch)
        {
            hasAcks |= wave.Acks.Count > 0;
        }
        if (hasAcks && !_hasFailed)
        {
            _ = await output.WriteAsync(this, static (writer, queue) => queue.WriteAcks(writer)).ConfigureAwait(false);
        }
    }

    private void WriteAcks(IBufferWriter<byte> writer)
    {
        foreach (Wave wave in _batch)
        {
            if (RefusalOf(wave) is { } refusal)
            {
                WriteRefusals(writer, wave, refusal);
                continue;
            }
            IReadOnlyList<MessageReceipt> exceptions = wave.Commit.Result.Exceptions;
            int next = 0;
            foreach (PendingAck ack in wave.Acks)
            {
                while (next < exceptions.Count && exceptions[next].Item < ack.Item)
                {
                    next++;
                }
                bool isException = next < exceptions.Count && exceptions[next].Item == ack.Item;
                WriteAck(writer, ack, isException ? exceptions[next] : null);
            }
        }
    }

    private void WriteRefusals(IBufferWriter<byte> writer, Wave wave, GemelError refusal)
    {
        foreach (PendingAck ack in wave.Acks)
        {
            PendingAck refused = ack.Item < 0 ? ack : ack with { Item = -1, Reason = ReasonCodes.OfFailedCommit(refusal), Refusal = refusal };
            WriteAck(writer, refused, null);
        }
    }

    private void WriteAck(IBufferWriter<byte> writer, in PendingAck ack, MessageReceipt? receipt)
    {
        ReasonCode reason = ack.Item < 0 ? ack.Reason : ReasonCodes.Of(receipt?.Disposition ?? ack.Disposition);
        int rejected = receipt?.Rejected ?? 0;
        EndInFlight(ack, reason);
        if (reason != ReasonCode.Success)
        {
            metrics.Refused(reason);
        }
        if (!style.IsVersion5 || (reason == ReasonCode.Success && rejected == 0))
        {
            AckWriter.WriteSuccess(writer, ack.Type, ack.PacketId);
            return;
        }
        GemelError? error = ack.Refusal ?? receipt?.Errors.FirstOrDefault();
        AckWriter.Write(writer, ack.Type, ack.PacketId, reason, style.ShowsProblems ? rejected : 0, style.ShowsProblems ? error?.ToString() : null);
    }

    /// <summary>Before the bytes leave: the client may send the next message as soon as it has them.</summary>
    private void EndInFlight(in PendingAck ack, ReasonCode reason)
    {
        if (ack.Type == PacketType.PubComp)
        {
            return;
        }
        Interlocked.Decrement(ref _unanswered);
        bool endsHere = ack.Type == PacketType.PubAck || (style.IsVersion5 && reason >= ReasonCode.Unspecified);
        if (endsHere)
        {
            ReleaseQuota();
        }
        if (endsHere && ack.Type == PacketType.PubRec)
        {
            inbox.Release(ack.PacketId);   // MQTT 5 section 4.3.3: a PUBREC of 0x80 or more frees the identifier
        }
    }

    private void ForgetReceived(Wave wave)
    {
        foreach (PendingAck ack in wave.Acks)
        {
            if (ack.Type == PacketType.PubRec)
            {
                inbox.Release(ack.PacketId);
            }
        }
    }

    /// <summary>Gives the waves back; false where none waits any more and the task ends.</summary>
    private bool Finished(IReadOnlyList<Wave> waves)
    {
        lock (_sync)
        {
            foreach (Wave wave in waves)
            {
                metrics.WaveEnded(wave);
                wave.Reset();
                _spare.Push(wave);
            }
            _waiting -= waves.Count;
            _progress?.SetResult();
            _progress = null;
            return _waiting > 0;
        }
    }
}

/// <param name="ShowsProblems">Reason strings and user properties are wanted (MQTT 5, section 3.1.2.11.7).</param>
internal sealed record AckStyle(bool IsVersion5, bool ShowsProblems);
