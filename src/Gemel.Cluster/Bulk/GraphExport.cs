using System.Buffers;
using System.Text;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>The graph at one commit as a stream of lines; what <see cref="IBulkService.ImportAsync"/> reads.</summary>
/// <remarks>Twins carry their metadata, as GET shows them. Not in it: telemetry, history, devices and mappings (a backup has them).
/// Order within a section: models so that each comes after those it builds on; else none that may be relied on.</remarks>
public sealed class GraphExport : IDisposable
{
    // A commit that is pinned keeps undo; who reads so slowly reads again.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly ShardSet _shards;
    private readonly ModelSet _models;
    private readonly IDisposable _pin;
    private readonly BulkSections _sections;
    private readonly TimeProvider _clock;
    private readonly Action _closed;
    private readonly ArrayBufferWriter<byte> _lines = new(64 << 10);
    private bool _isDisposed;

    internal GraphExport(ShardSet shards, ModelSet models, long commit, IDisposable pin, BulkSections sections, TimeProvider clock, Action closed)
    {
        (_shards, _models, Commit, _pin, _sections, _clock) = (shards, models, commit, pin, sections, clock);
        _closed = closed;
    }

    public long Commit { get; }

    /// <summary>Writes everything; at the pace at which <paramref name="output"/> takes it.</summary>
    /// <exception cref="GemelException">GMC054, it took too long; what was written is not the whole.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(Longest, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await WriteSectionsAsync(output, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GemelException(ClusterErrors.ExportTooSlow.With(Longest.TotalMinutes));
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _pin.Dispose();
            _closed();
        }
    }

    private async Task WriteSectionsAsync(Stream output, CancellationToken cancellationToken)
    {
        Line("""{"Section":"Header"}""");
        Line($$"""{"fileVersion":"{{BulkFormat.FileVersion}}","author":"Gemel","organization":""}""");
        if (_sections.HasFlag(BulkSections.Models))
        {
            await WriteModelsAsync(output, cancellationToken).ConfigureAwait(false);
        }
        if (_sections.HasFlag(BulkSections.Twins))
        {
            await WriteTwinsAsync(output, cancellationToken).ConfigureAwait(false);
        }
        if (_sections.HasFlag(BulkSections.Relationships))
        {
            await WriteRelationshipsAsync(output, cancellationToken).ConfigureAwait(false);
        }
        await FlushAsync(output, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteModelsAsync(Stream output, CancellationToken cancellationToken)
    {
        Line("""{"Section":"Models"}""");
        // A schema's number is higher than those of the schemas it was compiled with.
        foreach (ModelEntry model in _models.Models.OrderBy(model => model.Schema.Id))
        {
            _lines.Write(model.Document.Span);
            _lines.Write("\n"u8);
            await FlushAsync(output, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteTwinsAsync(Stream output, CancellationToken cancellationToken)
    {
        Line("""{"Section":"Twins"}""");
        Timestamp now = Timestamp.From(_clock.GetUtcNow());
        foreach (Shard shard in _shards.All)
        {
            ShardWalk walk = new(shard, Commit);
            while (walk.WriteTwins(now, _lines) is not null)
            {
                await FlushAsync(output, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteRelationshipsAsync(Stream output, CancellationToken cancellationToken)
    {
        Line("""{"Section":"Relationships"}""");
        List<RelationshipRecord> relationships = [];
        foreach (Shard shard in _shards.All)
        {
            ShardWalk walk = new(shard, Commit);
            while (walk.ReadRelationships(relationships))
            {
                foreach (RelationshipRecord relationship in relationships)
                {
                    RelationshipJson.WriteImport(relationship, _lines);
                    _lines.Write("\n"u8);
                }
                relationships.Clear();
                await FlushAsync(output, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Line(string line)
    {
        Encoding.UTF8.GetBytes(line, _lines);
        _lines.Write("\n"u8);
    }

    private async ValueTask FlushAsync(Stream output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_lines.WrittenCount > 0)
        {
            await output.WriteAsync(_lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _lines.ResetWrittenCount();
        }
    }
}
