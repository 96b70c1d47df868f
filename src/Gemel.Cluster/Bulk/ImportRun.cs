using System.Text.Json;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>One import from its first line to its last.</summary>
/// <remarks>
/// Models are added all at once, those that are there already with the same content left out; twins and relationships are upserts, many on
/// their way at once, a section after the other. A line that is not taken is told and the rest goes on; a file that is no import, models
/// that are wrong, and a failure of the instance end the import.
/// </remarks>
internal sealed class ImportRun(ITwinStore twins, IModelStore models, Func<ModelSet> present, JobProgress progress, JobLog log, Actor actor)
{
    private const long MostModelBytes = 256 << 20;

    private readonly List<ModelDocument> _models = [];
    private long _modelBytes;
    private ImportSection _section;
    private bool _hasHeader;

    /// <exception cref="GemelException">What ended the import.</exception>
    public async Task RunAsync(Stream content, CancellationToken cancellationToken)
    {
        await using LineReader lines = new(content);
        await using WriteWindow window = new(OnWritten);
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (ImportLine.FindSection(line, lines.Number) is { } next)
            {
                await EndSectionAsync(window, cancellationToken).ConfigureAwait(false);
                Begin(next, lines.Number);
            }
            else
            {
                await TakeAsync(line, lines.Number, window).ConfigureAwait(false);
            }
            progress.Read(lines.Bytes);
        }
        if (!_hasHeader)
        {
            throw Misplaced(lines.Number + 1, "the end", """the section "Header" with a line {"fileVersion":"1.0.0"}""");
        }
        await EndSectionAsync(window, cancellationToken).ConfigureAwait(false);
    }

    private void Begin(ImportSection next, int line)
    {
        bool isFirst = _section == ImportSection.None;
        if (isFirst != (next == ImportSection.Header) || next <= _section || (!isFirst && !_hasHeader))
        {
            throw Misplaced(line, $"the section \"{next}\"", isFirst ? """{"Section":"Header"}""" : !_hasHeader ? """the line {"fileVersion":"1.0.0"}""" : "the sections Models, Twins, Relationships in this order, each at most once");
        }
        _section = next;
        log.Section(next, isOver: false);
    }

    private async ValueTask EndSectionAsync(WriteWindow window, CancellationToken cancellationToken)
    {
        await window.DrainAsync().ConfigureAwait(false);
        if (_section == ImportSection.Models)
        {
            await AddModelsAsync(cancellationToken).ConfigureAwait(false);
        }
        if (_section != ImportSection.None)
        {
            log.Section(_section, isOver: true);
        }
    }

    private ValueTask TakeAsync(byte[] line, int number, WriteWindow window)
    {
        switch (_section)
        {
            case ImportSection.None:
                throw Misplaced(number, "something else", """{"Section":"Header"}""");
            case ImportSection.Header:
                TakeHeader(line, number);
                return ValueTask.CompletedTask;
            case ImportSection.Models:
                TakeModel(line, number);
                return ValueTask.CompletedTask;
            case ImportSection.Twins:
                return WriteTwinAsync(line, number, window);
            default:
                return WriteRelationshipAsync(line, number, window);
        }
    }

    private void TakeHeader(byte[] line, int number)
    {
        if (_hasHeader)
        {
            throw Misplaced(number, "a second line", "one line in the section \"Header\"");
        }
        ImportLine.RequireVersion(line, number);
        _hasHeader = true;
    }

    // All models are added at once, and so are all in memory.
    private void TakeModel(byte[] line, int number)
    {
        _modelBytes += line.Length;
        if (_modelBytes > MostModelBytes)
        {
            throw new GemelException(ClusterErrors.ImportModelsTooMany.With(number, MostModelBytes >> 20));
        }
        _models.Add(new ModelDocument($"line {number}", line));
    }

    // Writes that are begun are not cancelled: only the next ones are not begun.
    private ValueTask WriteTwinAsync(byte[] line, int number, WriteWindow window)
    {
        return ImportLine.ReadTwin(line, number) is var read && read.TryGetValue(out TwinId id)
            ? window.AddAsync(id.Value, number, line.Length, () => twins.PutAsync(id, line, WriteCondition.None, actor, CancellationToken.None))
            : Refuse(number, "", read.Errors);
    }

    private ValueTask WriteRelationshipAsync(byte[] line, int number, WriteWindow window)
    {
        return ImportLine.ReadRelationship(line, number) is var read && read.TryGetValue(out ImportedRelationship? edge)
            ? window.AddAsync(edge.Source.Value, number, line.Length, () => twins.PutRelationshipAsync(edge.Source, edge.Id, edge.Body, WriteCondition.None, actor, CancellationToken.None))
            : Refuse(number, "", read.Errors);
    }

    private async ValueTask AddModelsAsync(CancellationToken cancellationToken)
    {
        List<ModelDocument> missing = [.. _models.Where(model => !IsPresent(model))];
        int known = _models.Count - missing.Count;
        if (missing.Count > 0)
        {
            Outcome<System.Collections.Immutable.ImmutableArray<ModelEntry>> added = await models.AddAsync(missing, actor, cancellationToken).ConfigureAwait(false);
            if (!added.IsSuccess)
            {
                throw new GemelException([ClusterErrors.ImportModelsInvalid.With(missing.Count), .. added.Errors.Take(JobView.MostErrors)]);
            }
        }
        progress.Count(ImportSection.Models, missing.Count + known);
        _models.Clear();
    }

    /// <summary>It is there with the same content, so that an import that was broken off can be run again.</summary>
    private bool IsPresent(ModelDocument document)
    {
        try
        {
            using JsonDocument given = JsonDocument.Parse(document.Json);
            if (given.RootElement.ValueKind != JsonValueKind.Object || !given.RootElement.TryGetProperty("@id", out JsonElement id)
                || id.ValueKind != JsonValueKind.String || !present().TryGet(new ModelId(id.GetString()!), out ModelEntry? model))
            {
                return false;
            }
            using JsonDocument kept = JsonDocument.Parse(model.Document);
            return JsonElement.DeepEquals(given.RootElement, kept.RootElement);
        }
        catch (JsonException)
        {
            // The model parser says what is wrong with it, and where.
            return false;
        }
    }

    private void OnWritten(WriteWindow.Written written)
    {
        if (written.Outcome.IsSuccess)
        {
            progress.Count(_section);
        }
        else
        {
            Refuse(written.Line, written.Id, written.Outcome.Errors);
        }
    }

    private ValueTask Refuse(int line, string id, IReadOnlyList<GemelError> errors)
    {
        IReadOnlyList<GemelError> placed = [.. errors.Select(error => error.At(new TextPosition(null, line, error.Position?.Column ?? 1), error.Target))];
        progress.Fail(placed);
        log.Refused(_section, line, id, placed);
        return ValueTask.CompletedTask;
    }

    private static GemelException Misplaced(int line, string found, string expected) => new(ClusterErrors.ImportMalformed.With(line, found, expected));
}
