using System.Collections.Immutable;
using System.Text;
using Gemel.Modeling;
using Gemel.Query.Execution;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>What paths mean on the twins of one schema; collects the columns to read.</summary>
internal sealed class TwinOperands(TwinSchema schema, NameScope scope) : IOperandSource
{
    private readonly List<int> _columns = [];

    /// <summary>Column numbers; an operand's slot is the place here.</summary>
    public int[] Columns => [.. _columns];

    public Operand ValueOf(PathExpression path) => Resolve(scope.NamesOf(path)) is var operand && operand is WholeObject ? ConstantOperand.Object : operand;

    public Operand ShownOf(PathExpression path) => Resolve(scope.NamesOf(path)) is var operand && operand is WholeObject whole ? whole.Body : operand;

    private Operand Resolve(ImmutableArray<string> names)
    {
        if (names.IsEmpty)
        {
            return new WholeObject(BodyOf(names));
        }
        return names[0] switch
        {
            TwinNames.Id => names.Length == 1 ? new TwinIdOperand() : ConstantOperand.Undefined,
            TwinNames.ETag => BodyOf(names),
            TwinNames.Metadata => MetadataOf(names),
            TwinNames.Telemetry => TelemetryOf(names),
            _ => PropertyOf(names),
        };
    }

    private Operand MetadataOf(ImmutableArray<string> names) => names switch
    {
        [_] => new WholeObject(BodyOf(names)),
        [_, TwinNames.Model] => new ConstantOperand(Literal.Of(schema.Model.Value), Values.ScalarKind.Text),
        _ => BodyOf(names),
    };

    private Operand TelemetryOf(ImmutableArray<string> names)
    {
        ImmutableArray<string> rest = names.RemoveAt(0);
        if (rest.IsEmpty || (rest.Length == 1 && schema.FindComponent(rest[0]) is not null))
        {
            return BodyOf(names, withTelemetry: true);
        }
        return ColumnOf(rest, ColumnRole.Telemetry);
    }

    private Operand PropertyOf(ImmutableArray<string> names)
    {
        if (schema.FindComponent(names[0]) is null)
        {
            return ColumnOf(names, ColumnRole.Property);
        }
        return names switch
        {
            [_] => new WholeObject(BodyOf(names)),
            [_, TwinNames.Metadata, ..] => BodyOf(names),
            _ => ColumnOf(names, ColumnRole.Property),
        };
    }

    /// <summary>A column of the interface or of a component, or a member within it.</summary>
    private Operand ColumnOf(ImmutableArray<string> names, ColumnRole role)
    {
        (Column? column, int used) = (schema.FindColumn(Encoding.UTF8.GetBytes(names[0])), 1);
        if (column is null && names.Length > 1)
        {
            (column, used) = (schema.FindComponent(names[0])?.FindColumn(Encoding.UTF8.GetBytes(names[1])), 2);
        }
        if (column is null || column.Role != role)
        {
            return ConstantOperand.Undefined;
        }
        if (names.Length == used)
        {
            return new ColumnOperand(schema, column, SlotOf(column));
        }
        return column.Kind == ValueKind.Json ? new JsonOperand(SlotOf(column), new JsonPath(names[used..])) : ConstantOperand.Undefined;
    }

    private int SlotOf(Column column)
    {
        int slot = _columns.IndexOf(column.Number);
        if (slot < 0)
        {
            slot = _columns.Count;
            _columns.Add(column.Number);
        }
        return slot;
    }

    private static TwinBodyOperand BodyOf(ImmutableArray<string> names, bool withTelemetry = false) => new(new JsonPath(names), withTelemetry);

    /// <summary>An object that every twin of the schema has and whose members are elsewhere.</summary>
    private sealed class WholeObject(TwinBodyOperand body) : Operand
    {
        public TwinBodyOperand Body => body;

        public override int Cost => body.Cost;

        public override Values.Scalar Read(RowBatch batch, int row, Scratch scratch) => body.Read(batch, row, scratch);

        public override ReadOnlySpan<byte> ReadJson(RowBatch batch, int row, Scratch scratch) => body.ReadJson(batch, row, scratch);
    }
}
