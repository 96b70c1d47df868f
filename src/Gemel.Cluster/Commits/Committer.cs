using System.Diagnostics;
using Gemel.Graph;
using Gemel.Journal;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Makes commits: seals what all shards and the catalog have pending, appends it as one record, syncs it, and
/// only then tells those who wait.</summary>
/// <remarks>
/// One thread of its own runs the loop: while a sync is under way the next commit gathers, so the load itself decides how
/// much goes into one (group commit) and nobody waits for a timer.
///
/// Order. Sealing takes the gates of the catalog and of all shards together, for the moment it takes to swap their buffers.
/// A change that touches two shards holds both gates while it is applied, so it lies in one commit, whole.
///
/// Failure. When the append fails nothing of the record is in the journal (<see cref="CommitLog.Append"/>). Everything
/// that is not durable, the commits gathered meanwhile included, is rolled back by undo, their tickets fail with GMC001,
/// and the instance takes no writes until a later attempt of the journal to recover succeeds; reads go on all the time.
///
/// Stop. After the last commit the thread closes the door under all gates: what comes later, or waits at a gate already,
/// ends with GMC002 instead of waiting for a commit that nobody makes any more.
/// </remarks>
internal sealed class Committer : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly ShardSet _shards;
    private readonly CatalogOwner _catalog;
    private readonly CommitLog _log;
    private readonly DurableClock _durable;
    private readonly SnapshotPins _pins;
    private readonly BackPressure _backPressure;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private CommitTicket _current;
    private CommitTicket _sealed;
    private int _signalled;
    private GemelException? _failure;

    public Committer(
        ShardSet shards, CatalogOwner catalog, CommitLog log, DurableClock durable, SnapshotPins pins,
        BackPressure backPressure, TimeProvider clock, ILogger logger)
    {
        (_shards, _catalog, _log, _durable, _pins) = (shards, catalog, log, durable, pins);
        (_backPressure, _clock, _logger) = (backPressure, clock, logger);
        _current = new CommitTicket(durable.Commit + 1);
        _sealed = CommitTicket.Completed(durable.Commit);
        _thread = new Thread(Run) { Name = "gemel-committer", IsBackground = true };
    }

    /// <summary>Why writes are refused; null while they are taken.</summary>
    public GemelException? Failure => Volatile.Read(ref _failure);

    public void Start() => _thread.Start();

    /// <summary>The commit that is being gathered. Read it while holding the gate of what was changed; the change then
    /// lies in exactly this commit.</summary>
    public CommitTicket Current => Volatile.Read(ref _current);

    /// <summary>The commit after which everything that a shard has applied so far is durable: the one being gathered
    /// where the shard has something pending, else the one sealed last. Under the shard's gate.</summary>
    public CommitTicket TicketOf(Shard shard) => shard.HasPending ? Current : Volatile.Read(ref _sealed);

    /// <summary>The same for the catalog. Under its gate.</summary>
    public CommitTicket TicketOf(CatalogOwner catalog) => catalog.HasPending ? Current : Volatile.Read(ref _sealed);

    /// <summary>Ends when the commit of <paramref name="ticket"/> is durable. Call it after leaving the gate.</summary>
    /// <exception cref="GemelException">GMC001, the commit failed and was rolled back; GMC002, it came after the last one.</exception>
    public Task<long> CommitAsync(CommitTicket ticket)
    {
        if (!ticket.Durable.IsCompleted)
        {
            Signal();
        }
        return ticket.Durable;
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _work.Release();
        }
    }

    /// <exception cref="GemelException">GMC001, the instance is read-only; GMC002, it is stopping.</exception>
    public void ThrowIfReadOnly()
    {
        if (Failure is { } failure)
        {
            throw new GemelException(failure.Errors, failure);
        }
    }

    /// <summary>Commits what is pending and ends. Once is enough.</summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }
        _stopping.Cancel();
        Signal();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        // _work is not disposed: a late writer may still signal.
        _stopping.Dispose();
    }

    private void Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            _work.Wait();
            Interlocked.Exchange(ref _signalled, 0);
            CommitPending();
        }
        CommitPending();
        Close();
    }

    private void CommitPending()
    {
        using SealedCommit? next = Seal();
        if (next is null)
        {
            return;
        }
        using Activity? activity = ClusterDiagnostics.Activities.StartActivity("commit");
        long started = _clock.GetTimestamp();
        try
        {
            _log.Append(next.Ticket.Commit, ServerTime(), next.Segments);
        }
        catch (GemelException failure)
        {
            RollBack(next.Ticket, failure);
            Recover();
            return;
        }
        Publish(next, _clock.GetElapsedTime(started));
    }

    /// <returns>Null where nothing is pending.</returns>
    private SealedCommit? Seal()
    {
        using ShardSet.AllGates gates = _shards.EnterAll(_catalog.Gate);
        if (!_catalog.HasPending && !_shards.HasPending)
        {
            return null;
        }
        SealedCommit sealedCommit = new(_current, _catalog, _shards);
        Volatile.Write(ref _sealed, _current);
        Volatile.Write(ref _current, new CommitTicket(sealedCommit.Ticket.Commit + 1));
        return sealedCommit;
    }

    private void Publish(SealedCommit commit, TimeSpan appendTime)
    {
        ClusterDiagnostics.Committed(commit.PayloadBytes, appendTime);
        _backPressure.Committed(commit.PayloadBytes);
        _catalog.Publish();
        _durable.Advance(commit.Ticket.Commit);
        _shards.Release(commit.Ticket.Commit, _pins.Until(commit.Ticket.Commit));
        commit.Ticket.Complete();
    }

    private void RollBack(CommitTicket failed, GemelException cause)
    {
        GemelException failure = new(ClusterErrors.ReadOnly.With(cause.Error.Message), cause);
        Volatile.Write(ref _failure, failure);
        CommitTicket gathering;
        using (_shards.EnterAll(_catalog.Gate))
        {
            _shards.Rollback(_durable.Commit);
            _catalog.Rollback();
            gathering = _current;
            Volatile.Write(ref _current, new CommitTicket(failed.Commit));
            // What is there already, such as a repetition, is durable: it must not inherit the failure.
            Volatile.Write(ref _sealed, CommitTicket.Completed(_durable.Commit));
        }
        failed.Fail(failure);
        gathering.Fail(failure);
        Log.CommitFailed(_logger, failed.Commit, cause.Error.Message);
    }

    /// <summary>Takes back what came too late for the last commit, and refuses whatever follows.</summary>
    private void Close()
    {
        GemelException stopping = new(ClusterErrors.Stopping.With());
        Volatile.Write(ref _failure, stopping);
        using (_shards.EnterAll(_catalog.Gate))
        {
            _shards.Rollback(_durable.Commit);
            _catalog.Rollback();
            // It stays the current one: who has passed the check before finds it failed.
            _current.Fail(stopping);
        }
    }

    /// <summary>Tries, from time to time, to make the journal writable again.</summary>
    private void Recover()
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (_log.Recover())
            {
                Volatile.Write(ref _failure, null);
                Log.CommitsResumed(_logger, _durable.Commit);
                return;
            }
            Log.StillReadOnly(_logger, _log.Failure?.Error.Message ?? "");
            Pause();
        }
    }

    /// <summary>Now, but never before the commit before: server time does not run backwards.</summary>
    private Timestamp ServerTime()
    {
        Timestamp now = Timestamp.From(_clock.GetUtcNow());
        Timestamp last = _log.Head.Time;
        return now > last ? now : last;
    }

    private void Pause()
    {
        using ManualResetEventSlim due = new();
        using ITimer timer = _clock.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), due, RetryInterval, Timeout.InfiniteTimeSpan);
        WaitHandle.WaitAny([due.WaitHandle, _stopping.Token.WaitHandle]);
    }
}
