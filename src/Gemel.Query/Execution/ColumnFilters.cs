using Gemel.Graph;
using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>Depends only on whether the column has a value.</summary>
internal sealed class DefinedFilter(int slot, Truth whenDefined, Truth whenUndefined) : Filter
{
    public override int Cost => 1;

    public override bool CanBeTrue => whenDefined == Truth.True || whenUndefined == Truth.True;

    public override bool CanBeFalse => whenDefined == Truth.False || whenUndefined == Truth.False;

    public override TruthMask Evaluate(RowBatch batch, RowMask active)
    {
        RowMask defined = LaneComparison.Set(batch.Twins.Columns[slot].HasValue);
        TruthMask there = TruthMask.Of(whenDefined, active & defined);
        TruthMask absent = TruthMask.Of(whenUndefined, active.Without(defined));
        return new TruthMask(there.True | absent.True, there.False | absent.False);
    }
}

/// <summary>Compares a numeric column with a constant; undefined where the column has no value.</summary>
internal sealed class NumberFilter(int slot, ValueKind kind, NumberTest test) : Filter
{
    public override int Cost => 2;

    public override TruthMask Evaluate(RowBatch batch, RowMask active)
    {
        ColumnBuffer values = batch.Twins.Columns[slot];
        RowMask defined = active & LaneComparison.Set(values.HasValue);
        RowMask holds = kind == ValueKind.Integer
            ? LaneComparison.Compare(values.Bits, test.Comparison, test.Threshold)
            : LaneComparison.Compare(values.Bits, test.Comparison, BitConverter.Int64BitsToDouble(test.Threshold));
        return new TruthMask(defined & holds, defined.Without(holds));
    }
}

/// <summary>A column of few different values, the answer for each known beforehand.</summary>
/// <param name="answers">By the column's bits.</param>
internal sealed class AnswerTableFilter(int slot, Truth[] answers, Truth whenUndefined) : Filter
{
    public override int Cost => 3;

    public override bool CanBeTrue => whenUndefined == Truth.True || answers.Contains(Truth.True);

    public override bool CanBeFalse => whenUndefined == Truth.False || answers.Contains(Truth.False);

    public override TruthMask Evaluate(RowBatch batch, RowMask active)
    {
        ColumnBuffer values = batch.Twins.Columns[slot];
        TruthMaskBuilder result = new();
        foreach (int row in active)
        {
            result.Add(row, values.HasValue[row] ? answers[values.Bits[row]] : whenUndefined);
        }
        return result.ToMask();
    }
}

/// <summary>Any test of any value, row by row.</summary>
internal sealed class ValueFilter(Operand operand, ValueTest test) : Filter
{
    public override int Cost => 5 + operand.Cost + test.Cost;

    public override TruthMask Evaluate(RowBatch batch, RowMask active)
    {
        TruthMaskBuilder result = new();
        foreach (int row in active)
        {
            result.Add(row, test.Test(operand.Read(batch, row, batch.Left), batch.Right));
        }
        return result.ToMask();
    }
}

/// <summary>Compares two values of the same row.</summary>
internal sealed class PairFilter(Operand left, Syntax.Comparison comparison, Operand right) : Filter
{
    public override int Cost => 5 + left.Cost + right.Cost;

    public override TruthMask Evaluate(RowBatch batch, RowMask active)
    {
        TruthMaskBuilder result = new();
        foreach (int row in active)
        {
            result.Add(row, ScalarComparison.Compare(comparison, left.Read(batch, row, batch.Left), right.Read(batch, row, batch.Right)));
        }
        return result.ToMask();
    }
}
