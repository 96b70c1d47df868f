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

    /// <param name="token">A number in JSON's grammar.</param>
    /// <returns>False where the general way must be taken.</returns>
    public static bool TryRead(ReadOnlySpan<byte> token, out double value) => TryReadPrefix(token, out value, out int length) && length == token.Length;

    /// <summary>Reads a number in JSON's grammar without exponent from the front of <paramref name="text"/>.</summary>
    /// <param name="length">Bytes of the number.</param>
    /// <returns>False where there is none, or the general way must be taken.</returns>
    public static bool TryReadPrefix(ReadOnlySpan<byte> text, out double value, out int length)
    {
        value = 0;
        length = 0;
        bool isNegative = text.Length > 0 && text[0] == '-';
        int first = isNegative ? 1 : 0;
        ulong digits = 0;
        int at = Digits(text, first, ref digits);
        // One digit at least, and no zero before others.
        if (at == first || (at > first + 1 && text[first] == '0'))
        {
            return false;
        }
        int scale = 0;
        if (at < text.Length && text[at] == '.')
        {
            int fraction = at + 1;
            at = Digits(text, fraction, ref digits);
            scale = at - fraction;
            if (scale == 0)
            {
                return false;
            }
        }
        bool isExact = at - first <= MostDigits && digits <= MostExact;
        if (!isExact || (at < text.Length && (text[at] | 0x20) == 'e'))
        {
            return false;
        }
        length = at;
        value = scale == 0 ? digits : digits / PowersOfTen[scale];
        value = isNegative ? -value : value;
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> text, int at, ref ulong digits)
    {
        while (at < text.Length)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit > 9)
            {
                break;
            }
            digits = (digits * 10) + digit;
            at++;
        }
        return at;
    }
}
