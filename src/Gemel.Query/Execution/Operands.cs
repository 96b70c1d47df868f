using System.Text;
using Gemel.Graph;
using Gemel.Modeling;
using Gemel.Query.Syntax;
using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>The same value on all rows of a schema: the model, or nothing.</summary>
internal sealed class ConstantOperand(Literal? value, ScalarKind kind) : Operand
{
    public static ConstantOperand Undefined { get; } = new(null, ScalarKind.Undefined);

    /// <summary>Something of which only matters that it is an object.</summary>
    public static ConstantOperand Object { get; } = new(null, ScalarKind.Object);

    public override int Cost => 0;

    public Scalar Value => value is null ? Scalar.Of(kind) : value.Value;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch) => Value;

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch) => Value.Kind == ScalarKind.Text ? Quote(Value.Utf8, scratch) : default;
}

/// <summary>A column of twins.</summary>
/// <param name="slot">Its place among the columns that the query reads.</param>
internal sealed class ColumnOperand(TwinSchema schema, Column column, int slot) : Operand
{
    private readonly Literal[] _members = column.Schema is EnumSchema members ? [.. members.Values.Select(m => LiteralOf(members, m))] : [];

    public override int Cost => column.Kind == ValueKind.Single ? 100 : 5;

    public int Slot => slot;

    public ValueKind Kind => column.Kind;

    /// <summary>The values of an enum by ordinal; of a Boolean false and true; else none.</summary>
    public IReadOnlyList<Literal> Members => column.Kind == ValueKind.Boolean ? [Literal.Of(false), Literal.Of(true)] : _members;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch)
    {
        ColumnBuffer values = batch.Twins.Columns[slot];
        if (!values.HasValue[row])
        {
            return default;
        }
        long bits = values.Bits[row];
        return column.Kind switch
        {
            ValueKind.Boolean => Scalar.Of(bits != 0),
            ValueKind.Integer => Scalar.Of(bits),
            ValueKind.Single => Scalar.Of(NumberTest.Shown((float)BitConverter.Int64BitsToDouble(bits))),
            ValueKind.Double => Scalar.Of(BitConverter.Int64BitsToDouble(bits)),
            ValueKind.Enum => _members[bits].Value,
            ValueKind.Text => Scalar.OfText(values.Texts[row]),
            _ => JsonPath.ValueOf(values.Texts[row], scratch),
        };
    }

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch)
    {
        ColumnBuffer values = batch.Twins.Columns[slot];
        if (!values.HasValue[row])
        {
            return default;
        }
        if (column.Kind == ValueKind.Json)
        {
            return values.Texts[row];
        }
        scratch.Json.ResetWrittenCount();
        TwinJson.WriteValue(schema, column, values.Bits[row], values.Texts[row], scratch.Json);
        return scratch.Json.WrittenSpan;
    }

    private static Literal LiteralOf(EnumSchema schema, EnumMember member) =>
        schema.IsText ? Literal.Of(member.Text) : Literal.OfInteger(member.Number);
}

/// <summary>A member within an object, map or geometry.</summary>
internal sealed class JsonOperand(int slot, JsonPath path) : Operand
{
    public override int Cost => 200;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch) => JsonPath.ValueOf(ReadJson(batch, row, scratch), scratch);

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch)
    {
        ColumnBuffer values = batch.Twins.Columns[slot];
        return values.HasValue[row] ? path.Find(values.Texts[row]) : default;
    }
}

/// <summary><c>$dtId</c>.</summary>
internal sealed class TwinIdOperand : Operand
{
    public override int Cost => 30;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch) => Scalar.OfText(Utf8(batch.Twins.Twins[row].Id.Value, scratch));

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch) => Quote(Utf8(batch.Twins.Twins[row].Id.Value, scratch), scratch);

    internal static ReadOnlySpan<byte> Utf8(string id, Scratch scratch)
    {
        Span<byte> bytes = scratch.Bytes(Encoding.UTF8.GetMaxByteCount(id.Length));
        return bytes[..Encoding.UTF8.GetBytes(id, bytes)];
    }
}

/// <summary>What no column holds (<c>$etag</c>, <c>$metadata</c> and its members, whole components): read from the twin's body.</summary>
/// <param name="withTelemetry">The body is to have <c>$telemetry</c>.</param>
internal sealed class TwinBodyOperand(JsonPath path, bool withTelemetry) : Operand
{
    public override int Cost => 2000;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch) => JsonPath.ValueOf(ReadJson(batch, row, scratch), scratch);

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch)
    {
        scratch.Json.ResetWrittenCount();
        batch.WriteTwin(row, withTelemetry, scratch.Json);
        return path.Find(scratch.Json.WrittenSpan);
    }
}

/// <summary>One of the ids or the name of a relationship.</summary>
internal sealed class RelationshipTextOperand(Func<RelationshipRecord, string> read) : Operand
{
    public override int Cost => 30;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch) => Scalar.OfText(TwinIdOperand.Utf8(read(batch.Relationships[row]), scratch));

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch) =>
        Quote(TwinIdOperand.Utf8(read(batch.Relationships[row]), scratch), scratch);
}

/// <summary>A property of a relationship, or a member within one.</summary>
internal sealed class RelationshipPropertyOperand(JsonPath path) : Operand
{
    public override int Cost => 200;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch) => JsonPath.ValueOf(ReadJson(batch, row, scratch), scratch);

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch)
    {
        ReadOnlySpan<byte> properties = batch.Relationships[row].Properties.Span;
        return properties.IsEmpty ? default : path.Find(properties);
    }
}

/// <summary><c>$etag</c> of a relationship.</summary>
internal sealed class RelationshipBodyOperand(JsonPath path) : Operand
{
    public override int Cost => 500;

    public override Scalar Read(RowBatch batch, int row, Scratch scratch) => JsonPath.ValueOf(ReadJson(batch, row, scratch), scratch);

    public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch)
    {
        scratch.Json.ResetWrittenCount();
        RelationshipJson.Write(batch.Relationships[row], scratch.Json);
        return path.Find(scratch.Json.WrittenSpan);
    }
}
