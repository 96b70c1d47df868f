using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Gemel.Query.Syntax;

namespace Gemel.Query.Values;

/// <summary>Compares the 64-bit values of a column with one number, four lanes at a time.</summary>
internal static class LaneComparison
{
    /// <param name="values">Exactly <see cref="RowMask.Rows"/>; what lies past the batch's end is masked out by the caller.</param>
    public static RowMask Compare(ReadOnlySpan<long> values, Comparison comparison, long threshold) =>
        comparison switch
        {
            Comparison.Equal => Scan<long, Equals<long>>(values, threshold),
            Comparison.NotEqual => Scan<long, Differs<long>>(values, threshold),
            Comparison.Less => Scan<long, IsLess<long>>(values, threshold),
            Comparison.LessOrEqual => Scan<long, IsLessOrEqual<long>>(values, threshold),
            Comparison.Greater => Scan<long, IsGreater<long>>(values, threshold),
            _ => Scan<long, IsGreaterOrEqual<long>>(values, threshold),
        };

    /// <inheritdoc cref="Compare(ReadOnlySpan{long}, Comparison, long)"/>
    /// <param name="values">The bits of doubles.</param>
    public static RowMask Compare(ReadOnlySpan<long> values, Comparison comparison, double threshold)
    {
        ReadOnlySpan<double> doubles = MemoryMarshal.Cast<long, double>(values);
        return comparison switch
        {
            Comparison.Equal => Scan<double, Equals<double>>(doubles, threshold),
            Comparison.NotEqual => Scan<double, Differs<double>>(doubles, threshold),
            Comparison.Less => Scan<double, IsLess<double>>(doubles, threshold),
            Comparison.LessOrEqual => Scan<double, IsLessOrEqual<double>>(doubles, threshold),
            Comparison.Greater => Scan<double, IsGreater<double>>(doubles, threshold),
            _ => Scan<double, IsGreaterOrEqual<double>>(doubles, threshold),
        };
    }

    /// <summary>The rows whose flag is set.</summary>
    /// <param name="flags">Exactly <see cref="RowMask.Rows"/>.</param>
    public static RowMask Set(ReadOnlySpan<bool> flags)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(flags);
        Span<ulong> words = stackalloc ulong[RowMask.Rows / 64];
        for (int i = 0; i < words.Length; i++)
        {
            ulong low = (~Vector256.Equals(Vector256.Create(bytes[(i * 64)..]), Vector256<byte>.Zero)).ExtractMostSignificantBits();
            ulong high = (~Vector256.Equals(Vector256.Create(bytes[((i * 64) + 32)..]), Vector256<byte>.Zero)).ExtractMostSignificantBits();
            words[i] = low | (high << 32);
        }
        return RowMask.Of(words);
    }

    private static RowMask Scan<T, TTest>(ReadOnlySpan<T> values, T threshold)
        where T : unmanaged
        where TTest : struct, ILaneTest<T>
    {
        Vector256<T> against = Vector256.Create(threshold);
        Span<ulong> words = stackalloc ulong[RowMask.Rows / 64];
        for (int i = 0; i < words.Length; i++)
        {
            ReadOnlySpan<T> block = values.Slice(i * 64, 64);
            ulong word = 0;
            for (int lane = 0; lane < 64; lane += 4)
            {
                word |= (ulong)TTest.Test(Vector256.Create(block[lane..]), against).ExtractMostSignificantBits() << lane;
            }
            words[i] = word;
        }
        return RowMask.Of(words);
    }

    private interface ILaneTest<T>
    {
        static abstract Vector256<T> Test(Vector256<T> values, Vector256<T> threshold);
    }

    private readonly struct Equals<T> : ILaneTest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Test(Vector256<T> values, Vector256<T> threshold) => Vector256.Equals(values, threshold);
    }

    private readonly struct Differs<T> : ILaneTest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Test(Vector256<T> values, Vector256<T> threshold) => ~Vector256.Equals(values, threshold);
    }

    private readonly struct IsLess<T> : ILaneTest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Test(Vector256<T> values, Vector256<T> threshold) => Vector256.LessThan(values, threshold);
    }

    private readonly struct IsLessOrEqual<T> : ILaneTest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Test(Vector256<T> values, Vector256<T> threshold) => Vector256.LessThanOrEqual(values, threshold);
    }

    private readonly struct IsGreater<T> : ILaneTest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Test(Vector256<T> values, Vector256<T> threshold) => Vector256.GreaterThan(values, threshold);
    }

    private readonly struct IsGreaterOrEqual<T> : ILaneTest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<T> Test(Vector256<T> values, Vector256<T> threshold) => Vector256.GreaterThanOrEqual(values, threshold);
    }
}
