using System.Text.Unicode;
using Gemel.Graph;

namespace Gemel.Ingest;

/// <summary>Takes a message that is one flat object of plain numbers, the tags of each twin together and a time, if any, before them;
/// leaves every other to <see cref="FlatObjectDecoder"/>.</summary>
/// <remarks>It writes values into the batches as it reads them, where the general way must wait for the end of the object.</remarks>
internal sealed class PlainTagsDecoder(GatewayBatches batches, SampleStage stage)
{
    private TwinGroup? _group;
    private SampleBatchWriter? _batch;

    /// <returns>False where the message is not of that form; nothing is taken of it then.</returns>
    public bool TryDecode(ReadOnlySpan<byte> json, TagResolver tags, int item, DecodeReport report)
    {
        stage.BeginObject();
        (_group, _batch) = (null, null);
        int taken = TakeMembers(json, tags, item, out Timestamp time);
        if (taken == 0)
        {
            batches.Rewind();
            return false;
        }
        _batch!.EndObject();
        report.SawTime(time);
        report.Take(taken);
        return true;
    }

    /// <returns>Values added; 0 where the object is not of the form (and where it has none, which is a case for the general way).</returns>
    private int TakeMembers(ReadOnlySpan<byte> json, TagResolver tags, int item, out Timestamp time)
    {
        PlainObjectReader reader = new(json);
        time = Timestamp.None;
        bool hasTime = false;
        int taken = 0;
        object bindings = tags.Bindings;
        TagEntry? before = null;
        TagEntry? guess = tags.First;
        PlainStep step;
        while ((step = reader.Next(guess is { HasPlainName: true } ? guess.NameUtf8 : default, out ReadOnlySpan<byte> name)) == PlainStep.Member)
        {
            if (name is [(byte)'$', ..])
            {
                if (taken > 0 || hasTime || !name.SequenceEqual("$time"u8) || !reader.TryReadTime(out time))
                {
                    return 0;
                }
                hasTime = true;
                continue;
            }
            bool isGuess = guess is not null && name == guess.NameUtf8;
            if (!isGuess && !Utf8.IsValid(name))
            {
                return 0;
            }
            TagEntry entry = isGuess ? guess! : tags.Find(name, before);
            if (!IsAimed(entry, tags, bindings) || !entry.TakesPlainNumbers || !reader.TryReadNumber(out double number))
            {
                return 0;
            }
            number = entry.Conversion!.Rule.Scale(number);
            if (!double.IsFinite(number) || !TryEnter(entry.Group!, time, item) || !_group!.Columns.Add(entry.Conversion.Column.Number))
            {
                return 0;
            }
            _batch!.AddNumber(entry.Conversion.Column.Number, BitConverter.DoubleToInt64Bits(number));
            taken++;
            tags.First = before is null ? entry : tags.First;
            (before, guess) = (entry, entry.Next);
        }
        return step == PlainStep.End ? taken : 0;
    }

    // Whether the twin is live still is asked once for each of its groups, by TryAim.
    private bool IsAimed(TagEntry entry, TagResolver tags, object bindings) =>
        (ReferenceEquals(entry.Group, _group) && _group is not null && ReferenceEquals(entry.Bindings, bindings))
        || (entry.Kind == TagKind.Target && entry.Refusal is null && tags.TryAim(entry, out _));

    /// <returns>False where the object has brought the twin values already, and others in between.</returns>
    private bool TryEnter(TwinGroup group, Timestamp time, int item)
    {
        if (ReferenceEquals(group, _group))
        {
            return true;
        }
        if (!stage.TryBegin(group))
        {
            return false;
        }
        _batch?.EndObject();
        (_group, _batch) = (group, batches.Of(group.Shard));
        _batch.BeginObject(group.Twin, group.Twin.Schema, time, item, isAtomic: false);
        return true;
    }
}
