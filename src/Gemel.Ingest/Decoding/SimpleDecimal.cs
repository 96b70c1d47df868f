namespace Gemel.Ingest;

/// <summary>Doubles from the short decimals that sensors send, exactly and faster than the general way.</summary>
/// <remarks>
/// Clinger's fast path (W. D. Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990): where the digits as an integer fit in
/// 53 bits and the power of ten is at most 10^22, both are exact doubles, and one division rounds once, so correctly.
/// Benchmark: <c>GatewayBenchmark</c>.
/// </remarks>
internal static class SimpleDecimal
{
    private const ulong MostExact = 1UL << 53;
    private const int MostDigits = 19;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <param name="token">A number in JSON's grammar; it is not checked again.</param>
    /// <returns>False where the general way must be taken.</returns>
    public static bool TryRead(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        bool isNegative = token[0] == '-';
        ulong digits = 0;
        int count = 0;
        int point = -1;
        for (int i = isNegative ? 1 : 0; i < token.Length; i++)
        {
            uint digit = (uint)(token[i] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                count++;
            }
            else if (token[i] == '.')
            {
                point = count;
            }
            else
            {
                return false;
            }
        }
        if (count > MostDigits || digits > MostExact)
        {
            return false;
        }
        value = point < 0 ? digits : digits / PowersOfTen[count - point];
        value = isNegative ? -value : value;
        return true;
    }
}
