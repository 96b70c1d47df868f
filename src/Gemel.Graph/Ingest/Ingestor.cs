using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>Takes batches of device samples into the state and the journal: the contract's rules of values.</summary>
/// <remarks>
/// For one path, with <c>newest</c> the newest source time a device sent:
/// a sample without a believable source time becomes the present one, without moving <c>newest</c>;
/// one older than <c>newest</c> is late (history only); one at <c>newest</c> is, while the present value is that device value,
/// a repetition where equal and else a correction; any other becomes the present one.
/// Cost: no allocation but for changed texts. Benchmark: <c>IngestBenchmark</c>.
/// </remarks>
internal sealed class Ingestor(TwinStore store, ChangeEncoder encoder, ServerClock clock, ShardOptions options)
{
    private readonly long _maxAhead = options.MaxAhead.Ticks;
    private readonly long _liveWindow = options.LiveWindow.Ticks;
    private readonly long _oldest = options.OldestTime.Ticks;

    public void Take(ReadOnlySpan<byte> batch, Timestamp now, ref IngestReceipt receipt)
    {
        var reader = new SampleBatchReader(batch);
        long groupTime = Math.Max(now.Ticks, clock.Last + 1);
        encoder.BeginGroup(reader.ActorUtf8, reader.OriginUtf8, new Timestamp(groupTime));
        receipt.Commit = store.PendingCommit;
        bool anything = false;
        while (reader.NextObject())
        {
            Twin? twin = store.Directory.Find(reader.Key);
            if (twin is null)
            {
                receipt.Reject(reader.Item, reader.Key, RejectionReason.TwinNotFound);
            }
            else if (twin.Table.SchemaId != reader.SchemaId)
            {
                receipt.Reject(reader.Item, reader.Key, RejectionReason.SchemaChanged);
            }
            else
            {
                anything |= TakeObject(ref reader, twin, now, groupTime, ref receipt);
            }
        }
        if (anything)
        {
            encoder.EndGroup();
        }
        else
        {
            encoder.AbandonGroup();
        }
    }

    private bool TakeObject(ref SampleBatchReader reader, Twin twin, Timestamp now, long groupTime, ref IngestReceipt receipt)
    {
        long server = clock.Next(now);
        RowEdit edit = store.BeginEdit(twin);
        encoder.BeginTwin(reader.Key, reader.SchemaId, TwinAction.Update, default, (uint)(server - groupTime), reader.Source, roomForCells: 0);
        int taken = receipt.Taken;
        while (reader.NextValue())
        {
            TakeValue(ref reader, ref edit, server, ref receipt);
        }
        bool anything = receipt.Taken > taken;
        if (anything)
        {
            encoder.EndTwin();
        }
        else
        {
            encoder.AbandonTwin();
        }
        if (store.Undo.Cells.End > edit.FirstCell)
        {
            store.CompleteEdit(edit, server);
        }
        return anything;
    }

    private void TakeValue(ref SampleBatchReader reader, ref RowEdit edit, long server, ref IngestReceipt receipt)
    {
        int column = reader.Column;
        long source = reader.ValueSource;
        bool believed = source == 0 || (source <= server + _maxAhead && source >= _oldest);
        if (!believed || !reader.HasBits || !reader.ReasonUtf8.IsEmpty || edit.Twin.Table.IsManaged(column))
        {
            TakeUnusual(ref reader, ref edit, server, believed, ref receipt);
            return;
        }
        Chunk chunk = edit.Chunk;
        CellTimes times = chunk.TimesAt(column, edit.Offset);
        var bits = (CellBits)(byte)reader.Quality | CellBits.HasValue | CellBits.FromDevice;
        CellFlags flags = CellFlags.None;
        if (source == 0)
        {
            bits |= CellBits.NoSource;
            flags = CellFlags.NoSource;
            times = new CellTimes(Math.Max(times.Source, server), server);
        }
        else
        {
            CellBits before = chunk.FlagsAt(column, edit.Offset);
            bool isSame = source == times.Source && before == bits && chunk.BitsAt(column, edit.Offset) == reader.Bits;
            flags = Rank(source, times.Source, before, isSame, server, ref receipt, out bool isRepetition);
            if (isRepetition)
            {
                return;
            }
            times = new CellTimes(source, server);
        }
        receipt.Taken++;
        encoder.Cell(column, reader.Bits, reader.Quality, flags, source == reader.Source ? 0 : source);
        if ((flags & CellFlags.Late) == 0)
        {
            store.Overwrite(chunk, column, edit.Offset, reader.Bits, text: null, times, bits, ReasonTable.None);
            edit.IsShown |= edit.Twin.Table.IsProperty(column);
        }
    }

    /// <summary>Values with a text, a reason or an unbelievable time, and samples without a value.</summary>
    private void TakeUnusual(ref SampleBatchReader reader, ref RowEdit edit, long server, bool believed, ref IngestReceipt receipt)
    {
        int column = reader.Column;
        CellState before = edit.Chunk.Cell(column, edit.Offset);
        bool isManaged = edit.Twin.Table.IsManaged(column);
        if (reader.HasValue && reader.HasText != isManaged)
        {
            throw new ArgumentException($"The batch brings a value of the wrong kind for column {column} of schema {reader.SchemaId}.");
        }
        byte[]? text = !reader.HasText ? null : before.Text is { } old && reader.Text.SequenceEqual(old) ? old : reader.Text.ToArray();
        ushort reason = reader.ReasonUtf8.IsEmpty ? ReasonTable.None : store.Reasons.Code(reader.ReasonUtf8);
        Quality quality = reader.Quality;
        CellFlags flags = CellFlags.None;
        long source = reader.ValueSource;
        if (!reader.HasValue)
        {
            flags |= CellFlags.NoValue;
            reason = reason == ReasonTable.None ? ReasonTable.NoValue : reason;
            quality = Quality.Bad;
        }
        if (!believed)
        {
            receipt.Clock++;
            quality = quality == Quality.Good ? Quality.Uncertain : quality;
            reason = ReasonTable.Clock;
            source = 0;
        }
        flags |= source == 0 ? CellFlags.NoSource : CellFlags.None;
        var cell = new IncomingCell(reader.HasBits ? reader.Bits : 0, text, quality, reason, flags, source);
        CellState after = cell.Over(before, server);
        if (source != 0)
        {
            bool isSame = source == before.Times.Source && after.Flags == before.Flags && after.Bits == before.Bits
                && ReferenceEquals(after.Text, before.Text) && after.Reason == before.Reason;
            flags |= Rank(source, before.Times.Source, before.Flags, isSame, server, ref receipt, out bool isRepetition);
            if (isRepetition)
            {
                return;
            }
        }
        receipt.Taken++;
        encoder.Cell(column, cell.Bits, text, quality, store.Reasons.Utf8(reason), flags, source == reader.Source ? 0 : source, believed ? 0 : reader.ValueSource);
        if ((flags & CellFlags.Late) == 0)
        {
            store.Set(ref edit, column, after);
        }
    }

    /// <summary>Where a sample with a believed source time stands to what is there.</summary>
    /// <param name="isSame">Time, value, quality and reason are those of the present value.</param>
    private CellFlags Rank(long source, long newest, CellBits before, bool isSame, long server, ref IngestReceipt receipt, out bool isRepetition)
    {
        isRepetition = isSame;
        if (isSame)
        {
            receipt.Repetitions++;
            return CellFlags.None;
        }
        CellFlags flags = CellFlags.None;
        if (source <= newest)
        {
            bool presentIsDevices = (before & (CellBits.FromDevice | CellBits.NoSource)) == CellBits.FromDevice;
            if (source < newest)
            {
                flags = CellFlags.Late;
                receipt.Late++;
            }
            else if (presentIsDevices)
            {
                flags = CellFlags.Correction;
                receipt.Corrections++;
            }
        }
        if (source < server - _liveWindow)
        {
            flags |= CellFlags.Backfill;
            receipt.Backfill++;
        }
        return flags;
    }
}
