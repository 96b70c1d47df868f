using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Takes a message that is one object of plain numbers of one twin; leaves every other to <see cref="ObjectDecoder"/>.</summary>
/// <remarks>Names mostly come in the order of the time before: each is compared with the one that followed then. Threading: one caller at a time.</remarks>
internal sealed class PlainObjectDecoder
{
    private const int MostOrders = 64;

    private readonly ColumnSet _seen = new();
    private readonly Dictionary<TwinSchema, Column?[]> _orders = new(ReferenceEqualityComparer.Instance);
    private TwinSchema? _schema;
    // By number of the column before, from 1; 0 for the first of an object.
    private Column?[] _following = [];

    /// <returns>False where the message is not of that form; nothing is taken of it then.</returns>
    public bool TryDecode(ReadOnlySpan<byte> json, Twin twin, int item, SampleBatchWriter batch, DecodeReport report)
    {
        TwinSchema schema = twin.Schema;
        if (!ReferenceEquals(schema, _schema))
        {
            UseOrderOf(schema);
        }
        _seen.Clear(schema.Columns.Length);
        BatchMark mark = batch.Mark();
        batch.BeginObject(twin, schema, Timestamp.None, item, isAtomic: false);
        int taken = TakeMembers(json, schema, batch, out Timestamp time);
        if (taken == 0)
        {
            batch.Rewind(mark);
            return false;
        }
        batch.EndObject(time);
        report.SawTime(time);
        report.Take(taken);
        return true;
    }

    private void UseOrderOf(TwinSchema schema)
    {
        if (!_orders.TryGetValue(schema, out Column?[]? following))
        {
            if (_orders.Count >= MostOrders)
            {
                _orders.Clear();
            }
            _orders[schema] = following = new Column?[schema.Columns.Length + 1];
        }
        (_schema, _following) = (schema, following);
    }

    /// <returns>Values added; 0 where the object is not of the form (and where it has none, which is a case for the general way).</returns>
    private int TakeMembers(ReadOnlySpan<byte> json, TwinSchema schema, SampleBatchWriter batch, out Timestamp time)
    {
        PlainObjectReader reader = new(json);
        time = Timestamp.None;
        bool hasTime = false;
        int taken = 0;
        ref Column? following = ref _following[0];
        PlainStep step;
        while ((step = reader.Next(following is null ? default : following.NameUtf8, out ReadOnlySpan<byte> name)) == PlainStep.Member)
        {
            if (following is null || name != following.NameUtf8)
            {
                if (name.SequenceEqual("$time"u8))
                {
                    if (hasTime || !reader.TryReadTime(out time))
                    {
                        return 0;
                    }
                    hasTime = true;
                    continue;
                }
                following = schema.FindColumn(name);
            }
            if (following is not { Kind: ValueKind.Double } column || !reader.TryReadNumber(out double number) || !_seen.Add(column.Number))
            {
                return 0;
            }
            batch.AddNumber(column.Number, BitConverter.DoubleToInt64Bits(number));
            taken++;
            following = ref _following[column.Number + 1];
        }
        return step == PlainStep.End ? taken : 0;
    }
}
