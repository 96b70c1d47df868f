using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>A condition over the rows of a batch. Immutable and shared between threads.</summary>
internal abstract class Filter
{
    /// <summary>What one row costs, roughly in nanoseconds.</summary>
    public abstract int Cost { get; }

    /// <summary>False where no row can make it true, whatever its values.</summary>
    public virtual bool CanBeTrue => true;

    /// <summary>False where no row can make it false.</summary>
    public virtual bool CanBeFalse => true;

    /// <param name="active">The rows that matter; what is said of others has no meaning.</param>
    public abstract TruthMask Evaluate(RowBatch batch, RowMask active);
}

/// <summary>The same for all rows.</summary>
internal sealed class ConstantFilter(Truth truth) : Filter
{
    public override int Cost => 0;

    public override bool CanBeTrue => truth == Truth.True;

    public override bool CanBeFalse => truth == Truth.False;

    public override TruthMask Evaluate(RowBatch batch, RowMask active) => TruthMask.Of(truth, active);
}

internal sealed class NotFilter(Filter operand) : Filter
{
    public override int Cost => operand.Cost;

    public override bool CanBeTrue => operand.CanBeFalse;

    public override bool CanBeFalse => operand.CanBeTrue;

    public override TruthMask Evaluate(RowBatch batch, RowMask active) => !operand.Evaluate(batch, active);
}

/// <summary>All operands must be true; the cheap ones first, and none on rows that are false already.</summary>
internal sealed class AndFilter(IEnumerable<Filter> operands) : Filter
{
    private readonly Filter[] _operands = [.. operands.OrderBy(f => f.Cost)];

    public override int Cost => _operands.Sum(f => f.Cost);

    public override bool CanBeTrue => _operands.All(f => f.CanBeTrue);

    public override bool CanBeFalse => _operands.Any(f => f.CanBeFalse);

    public override TruthMask Evaluate(RowBatch batch, RowMask active)
    {
        TruthMask all = TruthMask.Of(Truth.True, active);
        foreach (Filter operand in _operands)
        {
            RowMask open = active.Without(all.False);
            if (open.IsEmpty)
            {
                break;
            }
            all &= operand.Evaluate(batch, open);
        }
        return all;
    }
}

/// <summary>One operand must be true; the cheap ones first, and none on rows that are true already.</summary>
internal sealed class OrFilter(IEnumerable<Filter> operands) : Filter
{
    private readonly Filter[] _operands = [.. operands.OrderBy(f => f.Cost)];

    public override int Cost => _operands.Sum(f => f.Cost);

    public override bool CanBeTrue => _operands.Any(f => f.CanBeTrue);

    public override bool CanBeFalse => _operands.All(f => f.CanBeFalse);

    public override TruthMask Evaluate(RowBatch batch, RowMask active)
    {
        TruthMask any = TruthMask.Of(Truth.False, active);
        foreach (Filter operand in _operands)
        {
            RowMask open = active.Without(any.True);
            if (open.IsEmpty)
            {
                break;
            }
            any |= operand.Evaluate(batch, open);
        }
        return any;
    }
}
