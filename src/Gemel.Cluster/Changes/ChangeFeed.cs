using System.Runtime.CompilerServices;
using Gemel.History;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>Reads committed changes from the journal, each subscriber at its own pace.</summary>
internal sealed class ChangeFeed(CommitLog log, DurableClock durable, HistoryStore history, EventDecoder decoder, Lineage lineage) : IChangeFeed
{
    public ResumeToken TokenAfter(long commit) => new(commit, int.MaxValue, lineage.Current);

    public async IAsyncEnumerable<IReadOnlyList<TwinEvent>> ReadAsync(
        ChangeFilter filter, ResumeToken? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ResumeToken last = from ?? TokenAfter(durable.Commit);
        CheckHeld(last);
        using CommitReader reader = Open(last);
        while (!cancellationToken.IsCancellationRequested)
        {
            // Not beyond what is published: a commit's models must be known before its twins are shown.
            while (reader.Next <= durable.Commit && TryRead(reader, last, out CommitRecord record))
            {
                List<TwinEvent> events = await DecodeAsync(record, filter, last, cancellationToken).ConfigureAwait(false);
                if (events.Count > 0)
                {
                    yield return events;
                }
            }
            await durable.WaitBeyond(reader.Next - 1).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<List<TwinEvent>> DecodeAsync(CommitRecord record, ChangeFilter filter, ResumeToken last, CancellationToken cancellationToken)
    {
        if (decoder.Decode(record, filter, after: last) is { } events)
        {
            return events;
        }
        // A twin that was created and deleted while history is behind: nobody knows it before history does.
        await history.WaitForCommitAsync(record.Commit, cancellationToken).ConfigureAwait(false);
        return decoder.Decode(record, filter, after: last)
            ?? throw new GemelException(ClusterErrors.ForeignCommit.With(record.Commit, "it names a twin that was never created"));
    }

    /// <summary>An event's commit is read again where the reader may lack later events of it.</summary>
    private CommitReader Open(ResumeToken last)
    {
        long next = last.Index == int.MaxValue ? last.Commit + 1 : Math.Max(last.Commit, 1);
        try
        {
            return log.ReadFrom(next);
        }
        catch (GemelException trimmed) when (trimmed.Error.Code == JournalErrors.CommitTrimmed)
        {
            throw Gone(last);
        }
    }

    private bool TryRead(CommitReader reader, ResumeToken last, out CommitRecord record)
    {
        try
        {
            return reader.TryRead(out record);
        }
        catch (GemelException trimmed) when (trimmed.Error.Code == JournalErrors.CommitTrimmed)
        {
            throw Gone(last);
        }
    }

    private void CheckHeld(ResumeToken token)
    {
        if (!lineage.Holds(token.Epoch, token.Commit))
        {
            throw new GemelException(ClusterErrors.StreamOfAnotherPast.With(token));
        }
        if (token.Commit > durable.Commit)
        {
            throw new GemelException(ClusterErrors.StreamAhead.With(token, durable.Commit));
        }
        if (token.Commit < log.First - 1)
        {
            throw Gone(token);
        }
    }

    private GemelException Gone(ResumeToken token) => new(ClusterErrors.StreamGone.With(token, log.First));
}
