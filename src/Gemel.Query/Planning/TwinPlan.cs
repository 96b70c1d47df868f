using System.Buffers;
using Gemel.Modeling;
using Gemel.Query.Binding;
using Gemel.Query.Execution;

namespace Gemel.Query.Planning;

/// <summary>A query on the twins of one schema: columns to read, filter, and what a row shows.</summary>
internal sealed class TwinPlan
{
    private readonly Projection? _projection;

    public TwinPlan(BoundQuery query, TwinSchema schema)
    {
        TwinOperands operands = new(schema, query.Scope);
        Filter = query.Where is null ? null : new FilterCompiler(operands, schema).Compile(query.Where);
        _projection = query.Items.IsEmpty ? null : new Projection(query.Items, operands);
        Columns = operands.Columns;
    }

    /// <summary>Null where all rows are wanted.</summary>
    public Filter? Filter { get; }

    /// <summary>Column numbers, in the order of the operands' slots.</summary>
    public int[] Columns { get; }

    /// <summary>No twin of the schema can be in the result.</summary>
    public bool IsPruned => Filter is { CanBeTrue: false };

    public void WriteRow(RowBatch batch, int row, IBufferWriter<byte> output)
    {
        if (_projection is null)
        {
            batch.WriteTwin(row, includeTelemetry: false, output);
        }
        else
        {
            _projection.Write(batch, row, output);
        }
    }
}
