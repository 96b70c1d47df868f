using System.Buffers;
using Gemel.Graph;
using Gemel.Query.Binding;
using Gemel.Query.Execution;

namespace Gemel.Query.Planning;

/// <summary>A query on relationships: filter, and what a row shows.</summary>
internal sealed class RelationshipPlan
{
    private readonly Projection? _projection;

    public RelationshipPlan(BoundQuery query)
    {
        RelationshipOperands operands = new(query.Scope);
        Filter = query.Where is null ? null : new FilterCompiler(operands, schema: null).Compile(query.Where);
        _projection = query.Items.IsEmpty ? null : new Projection(query.Items, operands);
    }

    /// <summary>Null where all rows are wanted.</summary>
    public Filter? Filter { get; }

    public void WriteRow(RowBatch batch, int row, IBufferWriter<byte> output)
    {
        if (_projection is null)
        {
            RelationshipJson.Write(batch.Relationships[row], output);
        }
        else
        {
            _projection.Write(batch, row, output);
        }
    }
}
