using System.Numerics;
using System.Runtime.Intrinsics;

namespace Gemel.Query.Values;

/// <summary>Some of the rows of a batch, a bit each.</summary>
internal readonly record struct RowMask(Vector256<ulong> Bits)
{
    /// <summary>Most rows of a batch: those of the largest chunk.</summary>
    public const int Rows = 256;

    public static RowMask None => default;

    public bool IsEmpty => Bits == Vector256<ulong>.Zero;

    public int Count => BitOperations.PopCount(Bits[0]) + BitOperations.PopCount(Bits[1]) + BitOperations.PopCount(Bits[2]) + BitOperations.PopCount(Bits[3]);

    /// <summary>The rows before <paramref name="count"/>.</summary>
    public static RowMask First(int count) => new(Vector256.Create(Word(count), Word(count - 64), Word(count - 128), Word(count - 192)));

    public static RowMask Of(ReadOnlySpan<ulong> words) => new(Vector256.Create(words));

    public static RowMask operator &(RowMask left, RowMask right) => new(left.Bits & right.Bits);

    public static RowMask operator |(RowMask left, RowMask right) => new(left.Bits | right.Bits);

    /// <summary>The rows of this one that are not in <paramref name="other"/>.</summary>
    public RowMask Without(RowMask other) => new(Vector256.AndNot(Bits, other.Bits));

    public Enumerator GetEnumerator() => new(Bits);

    private static ulong Word(int rows) => rows >= 64 ? ulong.MaxValue : rows <= 0 ? 0 : (1UL << rows) - 1;

    /// <summary>The numbers of the rows, ascending.</summary>
    public struct Enumerator(Vector256<ulong> bits)
    {
        private ulong _word = bits[0];
        private int _index;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_word == 0)
            {
                if (_index == 3)
                {
                    return false;
                }
                _word = bits[++_index];
            }
            Current = (_index * 64) + BitOperations.TrailingZeroCount(_word);
            _word &= _word - 1;
            return true;
        }
    }
}
