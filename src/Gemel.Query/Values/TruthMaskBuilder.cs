using System.Runtime.CompilerServices;

namespace Gemel.Query.Values;

/// <summary>Collects the answers of single rows.</summary>
internal struct TruthMaskBuilder
{
    private Words _true;
    private Words _false;

    public void Add(int row, Truth truth)
    {
        if (truth == Truth.True)
        {
            _true[row >> 6] |= 1UL << row;
        }
        else if (truth == Truth.False)
        {
            _false[row >> 6] |= 1UL << row;
        }
    }

    public readonly TruthMask ToMask() => new(RowMask.Of(_true), RowMask.Of(_false));

    [InlineArray(RowMask.Rows / 64)]
    private struct Words
    {
        private ulong _first;
    }
}
